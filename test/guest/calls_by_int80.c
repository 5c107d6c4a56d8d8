// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// 64-bit code that makes 32-bit calls with int 0x80, where call 20 is getpid and call 64 is getppid.
int main(void)
{
#if defined(__x86_64__)
    long id;
    __asm__ volatile("int $0x80" : "=a"(id) : "a"(20L) : "memory", "r8", "r9", "r10", "r11");
    say("getpid %s\n", id == getpid() ? "right" : "wrong");
    __asm__ volatile("int $0x80" : "=a"(id) : "a"(64L) : "memory", "r8", "r9", "r10", "r11");
    say("getppid %s\n", id == getppid() ? "right" : "wrong");
#endif
    return 0;
}
