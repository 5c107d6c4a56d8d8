// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>
#include <time.h>

static void* make_calls(void* unused)
{
    for (;;) {
        (void)syscall(SYS_getppid);
        sched_yield();
    }
    return unused;
}

// Until this process is killed, one thread makes system calls, and the first thread makes children and sends signals to the
// process.
int main(void)
{
    pthread_t thread;
    signal(SIGUSR1, SIG_IGN);
    must(pthread_create(&thread, NULL, make_calls, NULL) == 0);
    for (unsigned turn = 0;; ++turn) {
        pid_t const child = turn % 2 ? vfork() : fork();
        must(child >= 0);
        if (child == 0) {
            if (turn % 3 == 0)
                execl("/bin/true", "true", (char*)NULL);
            _exit(0);
        }
        kill(getpid(), SIGUSR1);
        waitpid(child, NULL, 0);
        struct timespec const moment = {0, 10000};
        nanosleep(&moment, NULL);
    }
}
