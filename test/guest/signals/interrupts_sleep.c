// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

#include <sys/time.h>
#include <time.h>

// A SIGALRM interrupts nanosleep(2), which fails with EINTR and gives the remaining time, although the handler has SA_RESTART.
int main(void)
{
    struct timespec const span = {100, 0};
    struct timespec rest = {0, 0};
    struct itimerval const timer = {{0, 0}, {0, 50000}};
    on_signal(SIGALRM, report_signal_and_code, SA_RESTART);
    must(setitimer(ITIMER_REAL, &timer, NULL) == 0);
    int const ret = nanosleep(&span, &rest);
    say("slept %d errno %d rest %s\n", ret, errno, rest.tv_sec >= 90 ? "long" : "short");
    return 0;
}
