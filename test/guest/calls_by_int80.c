// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// 64-bit code that enters the kernel the 32-bit way: int 0x80, whose call 20 is getpid and whose call 64 is getppid.
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
