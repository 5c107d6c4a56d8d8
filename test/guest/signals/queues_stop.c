// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Sends SIGSTOP to a child that waits in vfork(2). The SIGSTOP takes effect only after the vfork(2) child, `inner`, has ended.
int main(void)
{
    int ends[2];
    must(pipe(ends) == 0);
    pid_t const waiting = fork();
    must(waiting >= 0);
    if (waiting == 0) {
        close(ends[1]);
        pid_t const inner = vfork();
        if (inner == 0) {
            char byte;
            (void)!read(ends[0], &byte, 1);
            _exit(0);
        }
        wait_and_say("the inner", inner, 0);
        _exit(5);
    }
    close(ends[0]);
    while (state_of(waiting) != 'D')
        sched_yield();
    kill(waiting, SIGSTOP);
    say("waiting %d\n", (int)waiting);
    until_told();
    close(ends[1]);
    wait_and_say("the waiting", waiting, WUNTRACED);
    kill(waiting, SIGCONT);
    wait_and_say("the waiting", waiting, 0);
    return 0;
}
