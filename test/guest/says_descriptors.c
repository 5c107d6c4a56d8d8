// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Prints which descriptors below 256 are open.
int main(void)
{
    for (int fd = 0; fd < 256; ++fd)
        if (fcntl(fd, F_GETFD) != -1)
            say("%d\n", fd);
    return 0;
}
