// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Makes a child by fork(2). The child makes a child by fork(2), too.
int main(void)
{
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        pid_t const grandchild = fork();
        must(grandchild >= 0);
        if (grandchild == 0)
            _exit(3);
        wait_and_say("the grandchild", grandchild, 0);
        _exit(2);
    }
    wait_and_say("the child", child, 0);
    return 1;
}
