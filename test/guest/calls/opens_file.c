// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Opens the given file as many times as the second argument says, and prints the errno of each open(2), or 0
// if it succeeds.
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
