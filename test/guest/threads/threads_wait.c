// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>

static pthread_barrier_t all_there;

static void* wait_here(void* ends)
{
    char byte;
    pthread_barrier_wait(&all_there);
    must(read(*(int*)ends, &byte, 1) == 0);
    return NULL;
}

// Makes as many threads as the argument says. The threads wait until standard input ends.
int main(int argc, char** argv)
{
    long const count = argument(argc, argv, 1, 3);
    pthread_t* const threads = calloc((size_t)count, sizeof *threads);
    pthread_attr_t small;
    int ends[2];
    must(threads && pipe(ends) == 0);
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 * 1024);
    pthread_barrier_init(&all_there, NULL, (unsigned)count + 1);
    for (long i = 0; i < count; ++i)
        must(pthread_create(&threads[i], &small, wait_here, &ends[0]) == 0);
    pthread_barrier_wait(&all_there);
    say("ready\n");
    until_told();
    close(ends[1]);
    for (long i = 0; i < count; ++i)
        pthread_join(threads[i], NULL);
    say("joined %ld\n", count);
    return 0;
}
