// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Makes a child with CLONE_VFORK and without CLONE_VM: the parent waits for the child, but the two share no memory.
int main(void)
{
    static volatile int ran;
    pid_t const child = (pid_t)syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
    must(child >= 0);
    if (child == 0) {
        ran = 1;
        say("the child runs\n");
        _exit(6);
    }
    say("we go on, ran is %d\n", ran);
    wait_and_say("the child", child, 0);
    return 0;
}
