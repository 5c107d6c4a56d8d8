// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Makes a child without an exit signal by clone(2). waitpid(2) waits for this child only with __WALL or __WCLONE.
int main(void)
{
    pid_t const child = (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
    must(child >= 0);
    if (child == 0)
        _exit(5);
    say("without __WALL %d\n", waitpid(child, NULL, WNOHANG) < 0 ? errno : 0);
    wait_and_say("the child", child, __WALL);
    return 0;
}
