// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

#include <pthread.h>
#include <sys/resource.h>

static void* fault(void* unused)
{
    int volatile* volatile nowhere = (int volatile*)8;
    *nowhere = 1;
    return unused;
}

// A fault of one thread kills the whole process.
int main(void)
{
    struct rlimit const none = {0, 0};
    pthread_t thread;
    must(setrlimit(RLIMIT_CORE, &none) == 0);
    must(pthread_create(&thread, NULL, fault, NULL) == 0);
    pthread_join(thread, NULL);
    return 1;
}
