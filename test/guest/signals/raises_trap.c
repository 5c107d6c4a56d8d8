// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// Sends itself a SIGTRAP, which a tracer must not take for one of its stops.
int main(void)
{
    on_signal(SIGTRAP, report_signal_and_code, 0);
    must(kill(getpid(), SIGTRAP) == 0);
    (void)syscall(SYS_getppid);
    must(raise(SIGTRAP) == 0);
    (void)syscall(SYS_getppid);
    return 0;
}
