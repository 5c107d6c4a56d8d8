// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// Calls sigsuspend(2) while a blocked signal is pending. The handler runs, and sigsuspend(2) restores the signal mask.
int main(void)
{
    sigset_t none, now;
    on_signal(SIGUSR1, report_signal, 0);
    block(SIGUSR1, SIG_BLOCK);
    must(kill(getpid(), SIGUSR1) == 0);
    sigemptyset(&none);
    int const ret = sigsuspend(&none);
    say("suspended %d errno %d\n", ret, errno);
    must(sigprocmask(SIG_BLOCK, NULL, &now) == 0);
    say("blocked again %d\n", sigismember(&now, SIGUSR1));
    return 0;
}
