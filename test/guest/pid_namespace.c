// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

#include <sys/prctl.h>

// In a pid namespace of its own a child is process 1, has a child that outlives it, and takes it along when it ends.
// Status 77 where the kernel does not let us.
int main(void)
{
    if (unshare(CLONE_NEWPID) != 0)
        return 77;
    int told[2];
    must(pipe(told) == 0);
    pid_t const init = fork();
    must(init >= 0);
    if (init == 0) {
        say("the init is %d\n", (int)getpid());
        pid_t const inner = fork();
        must(inner >= 0);
        if (inner == 0) {
            say("the inner is %d\n", (int)getpid());
            must(write(told[1], "x", 1) == 1);
            for (;;)
                pause();
        }
        char byte;
        must(read(told[0], &byte, 1) == 1);
        _exit(17);
    }
    wait_and_say("the init", init, 0);
    return 0;
}
