// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

static void tell(int sig, siginfo_t* info, void* context)
{
    (void)context;
    say("handled %d code %d\n", sig, info->si_code);
}

// A SIGTRAP of our own, between system calls: nobody may take it for a stop of theirs.
int main(void)
{
    on_signal(SIGTRAP, tell, 0);
    must(kill(getpid(), SIGTRAP) == 0);
    (void)syscall(SYS_getppid);
    must(raise(SIGTRAP) == 0);
    (void)syscall(SYS_getppid);
    return 0;
}
