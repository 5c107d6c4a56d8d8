// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Makes a child by vfork(2). The child runs before the parent goes on.
int main(void)
{
    static volatile int ran;
    pid_t const child = vfork();
    if (child == 0) {
        ran = 1;
        _exit(4);
    }
    must(child > 0);
    say("the child ran %s\n", ran ? "first" : "later");
    wait_and_say("the child", child, 0);
    return 0;
}
