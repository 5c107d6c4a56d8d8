// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <poll.h>
#include <pthread.h>

static void* leave(void* unused) { return unused; }

static void* make_short_threads(void* stop)
{
    unsigned long made = 0;
    while (!__atomic_load_n((int*)stop, __ATOMIC_RELAXED)) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, leave, NULL) != 0)
            continue;
        pthread_join(thread, NULL);
        ++made;
    }
    return made ? stop : NULL;
}

// Four threads make short-lived threads until standard input is closed.
int main(void)
{
    static int stop;
    pthread_t makers[4];
    for (int i = 0; i < 4; ++i)
        must(pthread_create(&makers[i], NULL, make_short_threads, &stop) == 0);
    say("ready\n");
    until_told();
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < 4; ++i)
        pthread_join(makers[i], NULL);
    say("done\n");
    return 0;
}
