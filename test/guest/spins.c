// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

#include <poll.h>

static volatile sig_atomic_t told;

static void enough(int sig, siginfo_t* info, void* context)
{
    (void)info;
    (void)context;
    told = sig;
}

// Computes without a system call until SIGUSR1 comes.
int main(void)
{
    on_signal(SIGUSR1, enough, 0);
    say("ready\n");
    while (!told) {
    }
    say("spun until %d\n", (int)told);
    return 0;
}
