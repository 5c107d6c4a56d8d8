// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

static void report_signal(int sig, siginfo_t* info, void* context)
{
    (void)context;
    say("%d code %d %s value %d\n", sig, info->si_code, info->si_pid == getpid() ? "mine" : "another's",
        info->si_code == SI_QUEUE ? info->si_value.sival_int : 0);
}

// Sends itself signals with kill(2), raise(3) and sigqueue(3), and prints the siginfo that the handler gets.
int main(void)
{
    union sigval value;
    value.sival_int = 4711;
    on_signal(SIGUSR1, report_signal, 0);
    on_signal(SIGUSR2, report_signal, 0);
    must(kill(getpid(), SIGUSR1) == 0);
    must(raise(SIGUSR2) == 0);
    must(sigqueue(getpid(), SIGUSR1, value) == 0);
    return 0;
}
