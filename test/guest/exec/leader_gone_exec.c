// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>

static pid_t leader;

static void* exec_it(void* argv)
{
    char** const words = argv;
    while (state_of(leader) != 'Z')
        sched_yield();
    execv(words[0], words);
    _exit(1);
}

// The thread group leader exits and becomes a zombie. Then another thread executes a program and gets the leader's id.
int main(int argc, char** argv)
{
    pthread_t thread;
    must(argc > 1);
    leader = getpid();
    must(pthread_create(&thread, NULL, exec_it, argv + 1) == 0);
    syscall(SYS_exit, 7);
    return 1;
}
