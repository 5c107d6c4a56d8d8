// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// Blocks in a read(2), with a handler for SIGUSR1. If the argument is 0, the handler has no SA_RESTART, and a SIGUSR1
// makes the read fail with EINTR. Otherwise the kernel restarts the read after the handler.
int main(int argc, char** argv)
{
    char byte = '?';
    on_signal(SIGUSR1, report_signal, argument(argc, argv, 1, 1) ? SA_RESTART : 0);
    say("ready\n");
    ssize_t const got = read(STDIN_FILENO, &byte, 1);
    say("read %zd errno %d\n", got, got < 0 ? errno : 0);
    return 0;
}
