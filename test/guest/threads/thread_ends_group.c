// SPDX-License-Identifier: BSL-1.0
#include "guest/waiting_threads.h"

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
    must(pthread_create(&thread, NULL, meet_and_wait_forever, NULL) == 0);
    must(pthread_create(&thread, NULL, meet_and_wait_forever, NULL) == 0);
    must(pthread_create(&thread, NULL, end_all, NULL) == 0);
    meet_and_wait_forever(NULL);
    return 1;
}
