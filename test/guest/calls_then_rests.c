// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

static volatile sig_atomic_t told;

static void enough(int sig, siginfo_t* info, void* context)
{
    (void)info;
    (void)context;
    told = sig;
}

// Makes cheap system calls until SIGUSR1 comes, and then computes or sleeps without end.
int main(int argc, char** argv)
{
    on_signal(SIGUSR1, enough, 0);
    while (!told)
        (void)syscall(SYS_getppid);
    if (argc > 1 && strcmp(argv[1], "sleeps") == 0)
        for (;;)
            pause();
    for (;;)
        ++told;
}
