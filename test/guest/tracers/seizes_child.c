// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/prctl.h>
#include <sys/ptrace.h>

// Attaches to a child with PTRACE_SEIZE. Kills the child when standard input is closed.
int main(void)
{
    pid_t const parent = getpid();
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)   // the parent ended before prctl(2), so no signal comes
            _exit(0);
        for (;;)
            pause();
    }
    long const seized = ptrace(PTRACE_SEIZE, child, 0, 0);
    say("child %d seized %ld errno %d\n", (int)child, seized, seized ? errno : 0);
    until_told();
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return 0;
}
