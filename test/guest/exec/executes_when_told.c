// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>

static pid_t executor, waiter;
static pthread_barrier_t ready;

static void* wait_here(void* unused)
{
    waiter = thread_id();
    pthread_barrier_wait(&ready);
    for (;;)
        pause();
    return unused;
}

static void* exec_when_told(void* argv)
{
    char** const words = argv;
    char byte;
    executor = thread_id();
    pthread_barrier_wait(&ready);
    must(read(STDIN_FILENO, &byte, 1) == 1);
    execv(words[0], words);
    _exit(1);
}

// Makes two threads and prints their ids. `executor` reads a byte, and executes the program that the arguments name. `waiter`
// waits.
int main(int argc, char** argv)
{
    pthread_t thread;
    must(argc > 1);
    pthread_barrier_init(&ready, NULL, 3);
    must(pthread_create(&thread, NULL, wait_here, NULL) == 0);
    must(pthread_create(&thread, NULL, exec_when_told, argv + 1) == 0);
    pthread_barrier_wait(&ready);
    say("executes %d waits %d\n", (int)executor, (int)waiter);
    pthread_join(thread, NULL);
    return 1;
}
