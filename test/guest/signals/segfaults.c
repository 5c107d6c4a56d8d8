// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <setjmp.h>

static sigjmp_buf back;

static void report_signal(int sig, siginfo_t* info, void* context)
{
    (void)context;
    say("handled %d code %d at %p\n", sig, info->si_code, info->si_addr);
    siglongjmp(back, 1);
}

// Causes a fault at a known address, and goes on after its signal handler.
int main(void)
{
    int volatile* volatile nowhere = (int volatile*)0x10;
    on_signal(SIGSEGV, report_signal, 0);
    if (sigsetjmp(back, 1) == 0)
        *nowhere = 1;
    say("alive\n");
    return 0;
}
