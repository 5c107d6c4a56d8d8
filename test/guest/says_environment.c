// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Prints its environment, one variable per line.
int main(void)
{
    for (char** entry = environ; *entry; ++entry)
        say("%s\n", *entry);
    return 0;
}
