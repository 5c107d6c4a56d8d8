// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/prctl.h>

// Runs a child that reads to the end of standard input. Prints the child's id, and then every status that waitpid(2)
// gives for the child. If a tracer attaches to the child or detaches from it, this must not add a status.
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
