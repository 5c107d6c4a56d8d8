// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

static char const literal[] = "original\n";

// Writes a text from read-only memory, twice.
int main(void)
{
    return write(STDOUT_FILENO, literal, sizeof literal - 1) > 0 && write(STDOUT_FILENO, literal, sizeof literal - 1) > 0 ? 0 : 1;
}
