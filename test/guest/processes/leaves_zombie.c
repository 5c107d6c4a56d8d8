// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Leaves a zombie child, prints the child's id, and waits until standard input is closed.
int main(void)
{
    siginfo_t info;
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0)
        _exit(3);
    must(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) == 0);
    say("child %d\n", (int)child);
    until_told();
    wait_and_say("the child", child, 0);
    return 0;
}
