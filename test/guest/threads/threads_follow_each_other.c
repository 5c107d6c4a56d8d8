// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>

static pthread_attr_t detached;
static long made;   // number of threads made; only the newest thread uses it

static void* make_next(void* unused)
{
    pthread_t next;
    if (++made == 2000000)
        _exit(0);
    must(pthread_create(&next, &detached, make_next, NULL) == 0);
    return unused;
}

// Each thread makes the next thread and exits. Thread 2,000,000 ends the process.
int main(void)
{
    pthread_t waits;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&detached, 64 * 1024);
    must(pthread_create(&waits, &detached, make_next, NULL) == 0);
    say("ready\n");
    syscall(SYS_exit, 0);
    return 1;
}
