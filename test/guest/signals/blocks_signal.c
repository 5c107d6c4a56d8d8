// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// Sends itself SIGUSR1 while this signal is blocked. The signal stays pending until it is unblocked.
int main(void)
{
    sigset_t pending;
    on_signal(SIGUSR1, report_signal, 0);
    block(SIGUSR1, SIG_BLOCK);
    must(kill(getpid(), SIGUSR1) == 0);
    must(sigpending(&pending) == 0);
    say("pending %d\n", sigismember(&pending, SIGUSR1));
    block(SIGUSR1, SIG_UNBLOCK);
    say("after\n");
    return 0;
}
