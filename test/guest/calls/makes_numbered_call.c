// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// makes_numbered_call NUMBER...: makes each system call with the arguments 1 to 6, and prints its errno (0: success).
int main(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i) {
        long const result = syscall(argument(argc, argv, i, -1), 1, 2, 3, 4, 5, 6);
        say("errno %d\n", result < 0 ? errno : 0);
    }
    return 0;
}
