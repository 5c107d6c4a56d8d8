// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// Blocks in a read(2). With the argument 0, the handler of SIGUSR1 has no SA_RESTART, so the signal makes the read fail with
// EINTR.
int main(int argc, char** argv)
{
    char byte = '?';
    on_signal(SIGUSR1, report_signal, argument(argc, argv, 1, 1) ? SA_RESTART : 0);
    say("ready\n");
    ssize_t const got = read(STDIN_FILENO, &byte, 1);
    say("read %zd errno %d\n", got, got < 0 ? errno : 0);
    return 0;
}
