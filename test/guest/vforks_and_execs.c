// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Calls vfork(2), and executes the given program in the child, as posix_spawn(3) does.
int main(int argc, char** argv)
{
    must(argc > 1);
    pid_t const child = vfork();
    if (child == 0) {
        execv(argv[1], argv + 1);
        _exit(127);
    }
    must(child > 0);
    wait_and_say("the child", child, 0);
    return 0;
}
