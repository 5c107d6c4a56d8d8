// SPDX-License-Identifier: BSL-1.0
#include "guest/waiting_threads.h"

// Stops and continues a child with four threads. The parent gets one wait status for the stop and one for the continuation.
int main(void)
{
    int ends[2];
    pid_t ids[4];
    must(pipe(ends) == 0);
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        pthread_t thread;
        pthread_barrier_init(&all_there, NULL, 4);
        for (int i = 0; i < 3; ++i)
            must(pthread_create(&thread, NULL, meet_and_wait_forever, NULL) == 0);
        pthread_barrier_wait(&all_there);
        must(write(ends[1], "x", 1) == 1);
        for (;;)
            pause();
    }
    must(read(ends[0], ids, 1) == 1);
    must(kill(child, SIGSTOP) == 0);
    wait_and_say("the child", child, WUNTRACED | WCONTINUED);
    say("stopped is %c\n", state_of(child));
    must(kill(child, SIGCONT) == 0);
    wait_and_say("the child", child, WUNTRACED | WCONTINUED);
    must(kill(child, SIGTERM) == 0);
    wait_and_say("the child", child, WUNTRACED | WCONTINUED);
    return 0;
}
