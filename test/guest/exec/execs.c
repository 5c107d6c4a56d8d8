// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Executes the program that the first argument names, with the other arguments.
int main(int argc, char** argv)
{
    must(argc > 1);
    execv(argv[1], argv + 1);
    say("errno %d\n", errno);
    return 1;
}
