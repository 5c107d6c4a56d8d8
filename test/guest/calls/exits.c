// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Exits with the given status.
int main(int argc, char** argv) { return (int)argument(argc, argv, 1, 0); }
