// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// Sends itself SIGTRAP with kill(2) and with raise(3). A tracer must not take these signals for ptrace-stops.
int main(void)
{
    on_signal(SIGTRAP, report_signal_and_code, 0);
    must(kill(getpid(), SIGTRAP) == 0);
    (void)syscall(SYS_getppid);
    must(raise(SIGTRAP) == 0);
    (void)syscall(SYS_getppid);
    return 0;
}
