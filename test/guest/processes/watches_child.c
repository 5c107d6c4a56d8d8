// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/prctl.h>

// Prints every status that waitpid(2) gives for a child. An attach to the child or a detach must not add a status.
int main(void)
{
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        until_told();
        _exit(7);
    }
    say("child %d\n", (int)child);
    int status;
    do
        status = wait_and_say("the child", child, WUNTRACED | WCONTINUED);
    while (WIFSTOPPED(status) || WIFCONTINUED(status));
    return 0;
}
