// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>

static int ends[2];
static long left;

static void* grow(void* unused)
{
    char byte;
    pthread_t next;
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 * 1024);
    pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
    if (__atomic_sub_fetch(&left, 1, __ATOMIC_RELAXED) > 0)
        must(pthread_create(&next, &small, grow, NULL) == 0);
    must(read(ends[0], &byte, 1) == 0);
    return unused;
}

// Each thread makes the next thread, so that threads start during an attach. All threads stay until standard input is
// closed.
int main(int argc, char** argv)
{
    left = argument(argc, argv, 1, 200) + 1;
    must(pipe(ends) == 0);
    say("ready\n");
    pthread_t first;
    must(pthread_create(&first, NULL, grow, NULL) == 0);
    until_told();
    while (__atomic_load_n(&left, __ATOMIC_RELAXED) > 0)
        sched_yield();
    close(ends[1]);
    pthread_join(first, NULL);
    say("grown\n");
    return 0;
}
