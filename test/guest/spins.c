// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

#include <poll.h>

static volatile sig_atomic_t caught;

static void note_signal(int sig, siginfo_t* info, void* context)
{
    (void)info;
    (void)context;
    caught = sig;
}

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
