// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Takes a blocked signal with sigwaitinfo(2), so that the signal is not delivered.
int main(void)
{
    sigset_t set;
    siginfo_t info;
    union sigval value;
    value.sival_int = 12;
    block(SIGUSR1, SIG_BLOCK);
    must(sigqueue(getpid(), SIGUSR1, value) == 0);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    int const got = sigwaitinfo(&set, &info);
    say("got %d value %d\n", got, info.si_value.sival_int);
    return 0;
}
