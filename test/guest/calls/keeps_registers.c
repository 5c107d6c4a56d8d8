// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Calls write(2), and prints whether the argument registers are unchanged after the call. Compares the registers only on x86-64.
int main(void)
{
    static char const first[] = "first\n";
    int kept = 1;
#if defined(__x86_64__)
    long ret;
    long rdi = STDOUT_FILENO;
    void const* rsi = first;
    long rdx = sizeof first - 1;
    __asm__ volatile("syscall" : "=a"(ret), "+D"(rdi), "+S"(rsi), "+d"(rdx) : "0"((long)SYS_write) : "rcx", "r11", "memory");
    kept = rdi == STDOUT_FILENO && rsi == (void const*)first && rdx == (long)sizeof first - 1;
    say("returned %ld\n", ret);
#else
    say("returned %zd\n", write(STDOUT_FILENO, first, sizeof first - 1));
#endif
    say("registers %s\n", kept ? "kept" : "changed");
    return 0;
}
