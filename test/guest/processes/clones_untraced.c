// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/ptrace.h>

// Makes a child by clone(2) with CLONE_UNTRACED: the kernel does not attach the tracer of this process to the child. The
// child calls PTRACE_TRACEME, and exits with 9 if this call succeeds, and with 10 if it fails.
int main(void)
{
    pid_t const child = (pid_t)syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0);
    must(child >= 0);
    if (child == 0)
        _exit(ptrace(PTRACE_TRACEME, 0, 0, 0) == 0 ? 9 : 10);
    wait_and_say("the child", child, 0);
    return 0;
}
