// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// Executes a breakpoint instruction (int3) on x86, and raises SIGTRAP on other processors.
int main(void)
{
    on_signal(SIGTRAP, report_signal_and_code, 0);
#if defined(__x86_64__) || defined(__i386__)
    __asm__ volatile("int3");
#else
    raise(SIGTRAP);
#endif
    say("after\n");
    return 0;
}
