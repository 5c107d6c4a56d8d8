// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Prints its arguments, one per line.
int main(int argc, char** argv)
{
    for (int i = 0; i < argc; ++i)
        say("%s\n", argv[i]);
    return 0;
}
