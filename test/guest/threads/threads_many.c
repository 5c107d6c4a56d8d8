// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>

static pthread_barrier_t all_there;

static void* work(void* unused)
{
    pthread_barrier_wait(&all_there);
    (void)syscall(SYS_getppid);
    return unused;
}

// Makes as many threads as the argument says. When all of them exist, each calls getppid(2).
int main(int argc, char** argv)
{
    long const count = argument(argc, argv, 1, 8);
    pthread_t* const threads = calloc((size_t)count, sizeof *threads);
    pthread_attr_t small;
    must(threads != NULL);
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 * 1024);
    pthread_barrier_init(&all_there, NULL, (unsigned)count);
    for (long i = 0; i < count; ++i)
        must(pthread_create(&threads[i], &small, work, NULL) == 0);
    for (long i = 0; i < count; ++i)
        must(pthread_join(threads[i], NULL) == 0);
    say("joined %ld\n", count);
    return 0;
}
