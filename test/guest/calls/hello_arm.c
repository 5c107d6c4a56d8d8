// SPDX-License-Identifier: BSL-1.0

// Prints "hello", as the guest `hello` does, in a 32-bit Arm program without a C library.

static int call(int number, int first, char const* second, int third)
{
    register int r7 __asm__("r7") = number;
    register int r0 __asm__("r0") = first;
    register char const* r1 __asm__("r1") = second;
    register int r2 __asm__("r2") = third;
    __asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2) : "memory");
    return r0;
}

void _start(void)
{
    enum { number_of_exit = 1, number_of_write = 4 };
    call(number_of_write, 1, "hello\n", 6);
    call(number_of_exit, 0, 0, 0);
    for (;;)
        continue;
}
