// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

static void report_signal(int sig, siginfo_t* info, void* context)
{
    (void)info;
    (void)context;
    say("handled %d\n", sig);
}

// Sends itself SIGCONT while it is not stopped, which only runs the handler.
int main(void)
{
    kill(getpid(), SIGCONT);
    on_signal(SIGCONT, report_signal, 0);
    kill(getpid(), SIGCONT);
    say("alive\n");
    return 0;
}
