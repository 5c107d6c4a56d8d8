// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Makes one write(2).
int main(void) { return write(STDOUT_FILENO, "hello\n", 6) == 6 ? 0 : 1; }
