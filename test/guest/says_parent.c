// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Prints its parent's id.
int main(void)
{
    say("%d\n", (int)getppid());
    return 0;
}
