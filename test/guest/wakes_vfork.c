// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Calls vfork(2). The child stays until standard input is closed, while the parent waits uninterruptibly (state D).
int main(void)
{
    say("ready\n");
    pid_t const child = vfork();
    if (child == 0) {
        until_told();
        _exit(18);
    }
    wait_and_say("the child", child, 0);
    return 0;
}
