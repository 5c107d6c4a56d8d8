// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// Handles SIGUSR1 while SIGUSR2 and SIGRTMAX are blocked.
int main(void)
{
    block(SIGUSR2, SIG_BLOCK);
    block(SIGRTMAX, SIG_BLOCK);
    on_signal(SIGUSR1, report_signal, 0);
    must(kill(getpid(), SIGUSR1) == 0);
    return 0;
}
