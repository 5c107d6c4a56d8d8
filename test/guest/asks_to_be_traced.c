// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

#include <sys/prctl.h>
#include <sys/ptrace.h>

// A child that asks to be traced by us, as a debugger's child does, and what the kernel says.
int main(void)
{
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0)
        _exit(ptrace(PTRACE_TRACEME, 0, 0, 0) == 0 ? 0 : errno);
    wait_and_say("the child", child, 0);
    return 0;
}
