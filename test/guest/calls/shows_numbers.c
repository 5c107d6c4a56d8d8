// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Calls chdir(2) with the address of a struct in place of a path. The call fails.
int main(void)
{
    static struct {
        uint8_t byte;
        uint16_t half;
        uint32_t word;
        uint64_t whole;
    } const numbers = {0x11, 0x2233, 0x44556677, 0x8899aabbccddeeff};
    syscall(SYS_chdir, &numbers);
    return 0;
}
