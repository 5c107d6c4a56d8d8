// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

#include <pthread.h>

static pthread_barrier_t start;

static void* exec_it(void* argv)
{
    char** const words = argv;
    pthread_barrier_wait(&start);
    execv(words[0], words);
    return NULL;
}

// Several threads execute the same program at the same moment. One execve(2) succeeds, and the other threads end.
int main(int argc, char** argv)
{
    pthread_t thread;
    must(argc > 1);
    pthread_barrier_init(&start, NULL, 5);
    for (int i = 0; i < 4; ++i)
        must(pthread_create(&thread, NULL, exec_it, argv + 1) == 0);
    exec_it(argv + 1);
    return 1;
}
