// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/prctl.h>

// Process 1 of a new pid namespace makes a child and ends. The kernel then kills the child.
int main(void)
{
    if (unshare(CLONE_NEWPID) != 0)
        return 77;
    int ends[2];
    must(pipe(ends) == 0);
    pid_t const init = fork();
    must(init >= 0);
    if (init == 0) {
        say("the init is %d\n", (int)getpid());
        pid_t const inner = fork();
        must(inner >= 0);
        if (inner == 0) {
            say("the inner is %d\n", (int)getpid());
            must(write(ends[1], "x", 1) == 1);
            for (;;)
                pause();
        }
        char byte;
        must(read(ends[0], &byte, 1) == 1);
        _exit(17);
    }
    wait_and_say("the init", init, 0);
    return 0;
}
