// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

#include <pthread.h>

static void* call_parent(void* unused)
{
    (void)syscall(SYS_getppid);
    return unused;
}

static void* call_user(void* unused)
{
    for (int i = 0; i < 100; ++i)
        (void)syscall(SYS_getuid);
    return unused;
}

// One thread calls getppid(2) once, another thread calls getuid(2) a hundred times. Neither waits for the other.
int main(void)
{
    pthread_t one, other;
    must(pthread_create(&one, NULL, call_parent, NULL) == 0);
    must(pthread_create(&other, NULL, call_user, NULL) == 0);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    say("joined\n");
    return 0;
}
