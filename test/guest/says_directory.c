// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Prints its working directory.
int main(void)
{
    char path[4096];
    must(getcwd(path, sizeof path));
    say("%s\n", path);
    return 0;
}
