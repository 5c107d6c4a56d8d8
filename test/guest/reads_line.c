// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Blocks in one read(2), and prints the result.
int main(void)
{
    char line[64];
    say("ready\n");
    ssize_t const got = read(STDIN_FILENO, line, sizeof line - 1);
    line[got > 0 ? got : 0] = '\0';
    say("read %zd errno %d %s\n", got, got < 0 ? errno : 0, line);
    return 0;
}
