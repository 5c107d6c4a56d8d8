// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

static void report_signal(int sig, siginfo_t* info, void* context)
{
    (void)context;
    say("handled %d code %d\n", sig, info->si_code);
}

// Sends itself a SIGTRAP, which a tracer must not take for one of its stops.
int main(void)
{
    on_signal(SIGTRAP, report_signal, 0);
    must(kill(getpid(), SIGTRAP) == 0);
    (void)syscall(SYS_getppid);
    must(raise(SIGTRAP) == 0);
    (void)syscall(SYS_getppid);
    return 0;
}
