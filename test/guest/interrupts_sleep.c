// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

#include <sys/time.h>
#include <time.h>

static void report_signal(int sig, siginfo_t* info, void* context)
{
    (void)context;
    say("handled %d code %d\n", sig, info->si_code);
}

// The signal of a timer, with a handler, ends a sleep early: EINTR and the remaining time.
int main(void)
{
    struct timespec const span = {100, 0};
    struct timespec rest = {0, 0};
    struct itimerval const timer = {{0, 0}, {0, 50000}};
    on_signal(SIGALRM, report_signal, SA_RESTART);
    must(setitimer(ITIMER_REAL, &timer, NULL) == 0);
    int const ret = nanosleep(&span, &rest);
    say("slept %d errno %d rest %s\n", ret, errno, rest.tv_sec >= 90 ? "long" : "short");
    return 0;
}
