// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

#include <poll.h>

// Computes without a system call until SIGUSR1 comes.
int main(void)
{
    on_signal(SIGUSR1, note_signal, 0);
    say("ready\n");
    while (!caught) {
    }
    say("spun until %d\n", (int)caught);
    return 0;
}
