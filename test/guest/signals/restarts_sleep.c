// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <time.h>

// Stops and continues a child during its nanosleep(2), which goes on through restart_syscall(2) until the time is over.
int main(void)
{
    int ends[2];
    char byte;
    must(pipe(ends) == 0);
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        struct timespec const span = {0, 300000000};
        must(write(ends[1], "x", 1) == 1);
        _exit(nanosleep(&span, NULL) == 0 ? 15 : errno);
    }
    must(read(ends[0], &byte, 1) == 1);
    while (state_of(child) != 'S')   // the child does not sleep yet, or is in a ptrace-stop
        sched_yield();
    must(kill(child, SIGSTOP) == 0);
    wait_and_say("the child", child, WUNTRACED);
    must(kill(child, SIGCONT) == 0);
    wait_and_say("the child", child, WUNTRACED);
    return 0;
}
