// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Makes a sibling by CLONE_PARENT. The sibling ends. This process waits until its parent has reaped the sibling.
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
