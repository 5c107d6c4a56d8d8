// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/prctl.h>
#include <sys/ptrace.h>

// A parent and its child attach to each other with PTRACE_SEIZE, and stay until standard input is closed.
int main(void)
{
    int ends[2];
    int answer = -1;
    must(pipe(ends) == 0);
    pid_t const parent = getpid();
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        answer = ptrace(PTRACE_SEIZE, parent, 0, 0) == 0 ? 0 : errno;
        must(write(ends[1], &answer, sizeof answer) == sizeof answer);
        for (;;)
            pause();
    }
    must(read(ends[0], &answer, sizeof answer) == sizeof answer);
    long const seized = ptrace(PTRACE_SEIZE, child, 0, 0);
    say("child %d seized us %d we seized it %d\n", (int)child, answer, seized == 0 ? 0 : errno);
    until_told();
    kill(child, SIGKILL);
    return 0;
}
