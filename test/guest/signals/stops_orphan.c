// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Sends SIGTSTP to a process in an orphaned process group, where the signal has no effect.
int main(void)
{
    pid_t const child = fork();
    must(child >= 0);
    if (child != 0) {
        wait_and_say("the child", child, WUNTRACED);
        return 0;
    }
    must(setsid() > 0);
    signal(SIGTSTP, SIG_DFL);
    raise(SIGTSTP);
    say("not stopped\n");
    return 0;
}
