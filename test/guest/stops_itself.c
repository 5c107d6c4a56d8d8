// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Stops itself, and prints a line when it goes on.
int main(void)
{
    say("ready\n");
    raise(SIGSTOP);
    say("went on\n");
    return 0;
}
