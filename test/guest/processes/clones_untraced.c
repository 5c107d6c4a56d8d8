// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/ptrace.h>

// Makes a child with CLONE_UNTRACED, to which the kernel does not attach this process's tracer. The child exits with 9 if
// PTRACE_TRACEME succeeds.
int main(void)
{
    pid_t const child = (pid_t)syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0);
    must(child >= 0);
    if (child == 0)
        _exit(ptrace(PTRACE_TRACEME, 0, 0, 0) == 0 ? 9 : 10);
    wait_and_say("the child", child, 0);
    return 0;
}
