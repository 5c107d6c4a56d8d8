// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// Makes cheap system calls until SIGUSR1 comes, and then computes or sleeps without end.
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
