// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// A sibling by CLONE_PARENT ends; we go on once our parent has reaped it.
int main(void)
{
    pid_t const sibling = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
    must(sibling >= 0);
    if (sibling == 0)
        _exit(8);
    while (kill(sibling, 0) == 0)
        usleep(1000);
    say("reaped\n");
    return 0;
}
