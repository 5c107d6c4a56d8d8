// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Makes calls with numbers that no kernel defines: -1, 99999, and 99999 with the x32 bit.
int main(void)
{
    long const numbers[] = {-1, 99999, 0x40000000 + 99999};
    for (int i = 0; i < 3; ++i) {
        errno = 0;
        long const ret = syscall(numbers[i], 1, 2, 3, 4, 5, 6);
        say("returned %ld errno %d\n", ret, errno);
    }
    return 0;
}
