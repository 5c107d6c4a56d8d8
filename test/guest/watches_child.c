// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

#include <sys/prctl.h>

// Runs a child that reads to the end of standard input, says the child's id, and then everything that waitpid(2)
// tells about it: an attach or a detach must not show here.
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
