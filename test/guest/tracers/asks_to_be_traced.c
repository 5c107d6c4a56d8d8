// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/prctl.h>
#include <sys/ptrace.h>

// Makes a child that calls PTRACE_TRACEME, as a debugger's child does, and exits with 0 or the errno.
int main(void)
{
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0)
        _exit(ptrace(PTRACE_TRACEME, 0, 0, 0) == 0 ? 0 : errno);
    wait_and_say("the child", child, 0);
    return 0;
}
