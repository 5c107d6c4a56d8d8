// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// Sends itself SIGCONT twice while it is not stopped, first without a handler and then with one. The only effect is
// that the handler runs.
int main(void)
{
    kill(getpid(), SIGCONT);
    on_signal(SIGCONT, report_signal, 0);
    kill(getpid(), SIGCONT);
    say("alive\n");
    return 0;
}
