// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

static void report_signal(int sig, siginfo_t* info, void* context)
{
    (void)context;
    say("rt%d value %d\n", sig - SIGRTMIN, info->si_value.sival_int);
}

// Queues blocked real-time signals. Signals with lower numbers are delivered first, and signals with the same number in the order
// of queueing.
int main(void)
{
    sigset_t all, before;
    sigemptyset(&all);
    for (int i = 0; i < 3; ++i) {
        sigaddset(&all, SIGRTMIN + i);
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_sigaction = report_signal;
        action.sa_flags = SA_SIGINFO;
        sigfillset(&action.sa_mask);
        must(sigaction(SIGRTMIN + i, &action, NULL) == 0);
    }
    must(sigprocmask(SIG_BLOCK, &all, &before) == 0);
    for (int i = 0; i < 9; ++i) {
        union sigval value;
        value.sival_int = 100 + i;
        must(sigqueue(getpid(), SIGRTMIN + 2 - i % 3, value) == 0);
    }
    must(sigprocmask(SIG_SETMASK, &before, NULL) == 0);
    return 0;
}
