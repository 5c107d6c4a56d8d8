// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// makes_numbered_call NUMBER...: makes the system call with each of these numbers and the arguments 1 to 6, and prints
// its errno, or 0 if the call succeeds.
int main(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i) {
        long const result = syscall(argument(argc, argv, i, -1), 1, 2, 3, 4, 5, 6);
        say("errno %d\n", result < 0 ? errno : 0);
    }
    return 0;
}
