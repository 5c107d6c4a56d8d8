// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

#include <pthread.h>

static void* work(void* number)
{
    say("thread %d\n", *(int*)number);
    return NULL;
}

// Makes three threads, one after the other.
int main(void)
{
    for (int i = 1; i <= 3; ++i) {
        pthread_t thread;
        must(pthread_create(&thread, NULL, work, &i) == 0);
        pthread_join(thread, NULL);
    }
    return 0;
}
