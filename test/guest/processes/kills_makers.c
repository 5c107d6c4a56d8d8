// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>

static void* nothing(void* unused) { return unused; }

static void* make_threads(void* unused)
{
    for (;;) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, nothing, NULL) == 0)
            pthread_detach(thread);
    }
    return unused;
}

static void make_processes(void)
{
    for (;;) {
        pid_t const child = fork();
        if (child == 0)
            _exit(0);
        if (child > 0)
            waitpid(child, NULL, 0);
    }
}

// Kills processes that are making threads and processes, and waits until all of these processes have ended.
int main(int argc, char** argv)
{
    long const rounds = argument(argc, argv, 1, 40);
    int held[2];
    must(pipe(held) == 0);
    for (long round = 0; round < rounds; ++round) {
        int ready[2];
        char byte;
        must(pipe(ready) == 0);
        pid_t const maker = fork();
        must(maker >= 0);
        if (maker == 0) {
            pthread_t thread;
            must(pthread_create(&thread, NULL, make_threads, NULL) == 0);
            must(write(ready[1], "x", 1) == 1);
            make_processes();
        }
        must(read(ready[0], &byte, 1) == 1);
        close(ready[0]);
        close(ready[1]);
        for (long wait = 0; wait < round % 20; ++wait)
            sched_yield();
        must(kill(maker, SIGKILL) == 0);
        int status;
        must(waitpid(maker, &status, 0) == maker && WIFSIGNALED(status));
    }
    close(held[1]);
    char byte;
    must(read(held[0], &byte, 1) == 0);
    say("killed %ld\n", rounds);
    return 0;
}
