// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

static void report_signal(int sig, siginfo_t* info, void* context)
{
    (void)info;
    (void)context;
    say("handled %d\n", sig);
}

// Sends itself SIGUSR1, with handlers for SIGUSR1 and SIGUSR2.
int main(void)
{
    on_signal(SIGUSR1, report_signal, 0);
    on_signal(SIGUSR2, report_signal, 0);
    must(kill(getpid(), SIGUSR1) == 0);
    say("after\n");
    return 0;
}
