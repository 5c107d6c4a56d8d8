// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>

static void* outlive(void* unused)
{
    until_told();
    say("the thread ends\n");
    _exit(6);
    return unused;
}

// The leader exits. Another thread ends the process with status 6 when standard input is closed.
int main(void)
{
    pthread_t thread;
    say("ready\n");
    must(pthread_create(&thread, NULL, outlive, NULL) == 0);
    syscall(SYS_exit, 5);
    return 1;
}
