// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

static volatile sig_atomic_t caught;

static void note_signal(int sig, siginfo_t* info, void* context)
{
    (void)info;
    (void)context;
    caught = sig;
}

// Makes cheap system calls until SIGUSR1 comes, and then computes or sleeps without end.
int main(int argc, char** argv)
{
    on_signal(SIGUSR1, note_signal, 0);
    while (!caught)
        (void)syscall(SYS_getppid);
    if (argc > 1 && strcmp(argv[1], "sleeps") == 0)
        for (;;)
            pause();
    for (;;)
        ++caught;
}
