// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// SIGUSR1 interrupts a read(2). With SA_RESTART (argument 1) the kernel restarts the read. Otherwise the read fails
// with EINTR.
int main(int argc, char** argv)
{
    char byte = '?';
    on_signal(SIGUSR1, report_signal, argument(argc, argv, 1, 1) ? SA_RESTART : 0);
    say("ready\n");
    ssize_t const got = read(STDIN_FILENO, &byte, 1);
    say("read %zd errno %d\n", got, got < 0 ? errno : 0);
    return 0;
}
