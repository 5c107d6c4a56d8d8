// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

#include <pthread.h>

static pthread_barrier_t all_there;

static void* wait_forever(void* unused)
{
    pthread_barrier_wait(&all_there);
    for (;;)
        pause();
    return unused;
}

static void* end_all(void* unused)
{
    pthread_barrier_wait(&all_there);
    _exit(13);
    return unused;
}

// One thread of four ends the whole process.
int main(void)
{
    pthread_t thread;
    pthread_barrier_init(&all_there, NULL, 4);
    must(pthread_create(&thread, NULL, wait_forever, NULL) == 0);
    must(pthread_create(&thread, NULL, wait_forever, NULL) == 0);
    must(pthread_create(&thread, NULL, end_all, NULL) == 0);
    wait_forever(NULL);
    return 1;
}
