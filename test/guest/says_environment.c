// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Says its environment, a line each.
int main(void)
{
    for (char** entry = environ; *entry; ++entry)
        say("%s\n", *entry);
    return 0;
}
