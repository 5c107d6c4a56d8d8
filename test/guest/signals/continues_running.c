// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// Sends itself SIGCONT while it is not stopped. The only effect is that a handler, if installed, runs.
int main(void)
{
    kill(getpid(), SIGCONT);
    on_signal(SIGCONT, report_signal, 0);
    kill(getpid(), SIGCONT);
    say("alive\n");
    return 0;
}
