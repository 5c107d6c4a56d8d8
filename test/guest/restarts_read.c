// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

static void report_signal(int sig, siginfo_t* info, void* context)
{
    (void)info;
    (void)context;
    say("handled %d\n", sig);
}

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
