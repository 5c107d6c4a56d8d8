// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// Sends itself SIGTRAP. A tracer must not take this signal for a ptrace-stop.
int main(void)
{
    on_signal(SIGTRAP, report_signal_and_code, 0);
    must(kill(getpid(), SIGTRAP) == 0);
    (void)syscall(SYS_getppid);
    must(raise(SIGTRAP) == 0);
    (void)syscall(SYS_getppid);
    return 0;
}
