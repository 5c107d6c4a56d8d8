// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Makes 32-bit system calls from 64-bit code. In the 32-bit interface, getpid(2) has the number 20, and getppid(2) has the number
// 64.
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
