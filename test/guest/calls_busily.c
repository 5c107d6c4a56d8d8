// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

static volatile sig_atomic_t caught;

static void note_signal(int sig, siginfo_t* info, void* context)
{
    (void)info;
    (void)context;
    caught = sig;
}

// Makes cheap system calls until SIGUSR1 comes, and prints the number of calls with a wrong result.
int main(void)
{
    pid_t const parent = getppid();
    unsigned long wrong = 0;
    on_signal(SIGUSR1, note_signal, 0);
    say("ready\n");
    while (!caught)
        wrong += syscall(SYS_getppid) != parent;
    say("wrong %lu\n", wrong);
    return 0;
}
