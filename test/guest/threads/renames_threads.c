// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>
#include <sys/prctl.h>

static pthread_barrier_t met;

static void* call_twice(void* unused)
{
    prctl(PR_SET_NAME, "before");
    (void)syscall(SYS_getppid);
    pthread_barrier_wait(&met);
    pthread_barrier_wait(&met);   // meanwhile, the other thread changes the name of this thread
    (void)syscall(SYS_getppid);
    return unused;
}

// Two threads name themselves, and the first thread renames the second. After each change, the thread with the new name calls
// getppid(2).
int main(void)
{
    must(prctl(PR_SET_NAME, "itself") == 0);
    (void)syscall(SYS_getppid);
    must(pthread_barrier_init(&met, NULL, 2) == 0);
    pthread_t thread;
    must(pthread_create(&thread, NULL, call_twice, NULL) == 0);
    pthread_barrier_wait(&met);
    must(pthread_setname_np(thread, "by another") == 0);
    pthread_barrier_wait(&met);
    must(pthread_join(thread, NULL) == 0);
    return 0;
}
