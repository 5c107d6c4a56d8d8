// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Prints each signal that is blocked, pending or ignored when the program starts.
int main(void)
{
    sigset_t blocked, pending;
    must(sigprocmask(SIG_BLOCK, NULL, &blocked) == 0 && sigpending(&pending) == 0);
    for (int sig = 1; sig <= 64; ++sig) {
        struct sigaction action;
        if (sigaction(sig, NULL, &action) != 0)
            continue;
        int const is_blocked = sigismember(&blocked, sig) == 1;
        int const is_pending = sigismember(&pending, sig) == 1;
        int const is_ignored = action.sa_handler == SIG_IGN;
        if (is_blocked || is_pending || is_ignored)
            say("%d%s%s%s\n", sig, is_blocked ? " blocked" : "", is_pending ? " pending" : "", is_ignored ? " ignored" : "");
    }
    return 0;
}
