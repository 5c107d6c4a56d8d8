// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

static void report_signal(int sig, siginfo_t* info, void* context)
{
    (void)context;
    say("handled %d code %d\n", sig, info->si_code);
}

// Executes a breakpoint instruction (int3).
int main(void)
{
    on_signal(SIGTRAP, report_signal, 0);
#if defined(__x86_64__) || defined(__i386__)
    __asm__ volatile("int3");
#elif defined(__aarch64__)
    raise(SIGTRAP);
#else
    raise(SIGTRAP);
#endif
    say("after\n");
    return 0;
}
