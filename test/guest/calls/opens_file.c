// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Opens a file as many times as the second argument says, and prints each errno (0: success).
int main(int argc, char** argv)
{
    must(argc > 1);
    for (long i = argument(argc, argv, 2, 1); i > 0; --i) {
        int const fd = open(argv[1], O_RDONLY);
        say("errno %d\n", fd < 0 ? errno : 0);
        if (fd >= 0)
            close(fd);
    }
    return 0;
}
