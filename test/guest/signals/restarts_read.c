// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// A read(2) is interrupted by SIGUSR1. It is restarted with SA_RESTART (argument 1), and fails with EINTR otherwise.
int main(int argc, char** argv)
{
    char byte = '?';
    on_signal(SIGUSR1, report_signal, argument(argc, argv, 1, 1) ? SA_RESTART : 0);
    say("ready\n");
    ssize_t const got = read(STDIN_FILENO, &byte, 1);
    say("read %zd errno %d\n", got, got < 0 ? errno : 0);
    return 0;
}
