// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Reads a line into a buffer and prints the buffer.
int main(void)
{
    char line[64] = "";
    ssize_t const got = read(STDIN_FILENO, line, sizeof line - 1);
    say("%zd %s\n", got, line);
    return 0;
}
