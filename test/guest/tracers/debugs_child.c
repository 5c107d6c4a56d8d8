// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/ptrace.h>

// A debugger. Its child calls PTRACE_TRACEME and stops. Then the debugger single-steps the child a hundred times.
int main(void)
{
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
            _exit(errno);
        raise(SIGSTOP);
        for (volatile int i = 0; i < 1000; ++i) {
        }
        _exit(16);
    }
    int status = wait_and_say("the child", child, 0);
    if (!WIFSTOPPED(status))
        return 0;
    int steps = 0;
    while (steps < 100 && ptrace(PTRACE_SINGLESTEP, child, 0, 0) == 0 && waitpid(child, &status, 0) == child && WIFSTOPPED(status)
           && WSTOPSIG(status) == SIGTRAP)
        ++steps;
    say("steps %d\n", steps);
    must(ptrace(PTRACE_CONT, child, 0, 0) == 0);
    wait_and_say("the child", child, 0);
    return 0;
}
