// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

static volatile sig_atomic_t steps, code;

static void count(int sig, siginfo_t* info, void* context)
{
    (void)sig;
    (void)context;
    ++steps;
    code = info->si_code;
}

// On x86-64, sets the processor's trap flag, so that each of the next instructions causes a SIGTRAP. Prints the number of these
// signals.
int main(void)
{
    on_signal(SIGTRAP, count, 0);
#if defined(__x86_64__)
    __asm__ volatile("pushfq\n\t orq $0x100, (%%rsp)\n\t popfq\n\t nop\n\t nop\n\t nop\n\t"
                     "pushfq\n\t andq $~0x100, (%%rsp)\n\t popfq\n\t" ::
                         : "memory", "cc");
#endif
    say("steps %d code %d\n", (int)steps, (int)code);
    return 0;
}
