// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// Makes cheap system calls until SIGUSR1 comes. Then computes without end, or sleeps if the argument is "sleeps".
int main(int argc, char** argv)
{
    on_signal(SIGUSR1, note_signal, 0);
    while (!caught)
        (void)syscall(SYS_getppid);
    if (argc > 1 && strcmp(argv[1], "sleeps") == 0)
        for (;;)
            pause();
    for (;;)
        ++caught;
}
