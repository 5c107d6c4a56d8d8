// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

static void report_signal(int sig, siginfo_t* info, void* context)
{
    (void)context;
    say("handled %d code %d status %d\n", sig, info->si_code, info->si_status);
}

// Prints the siginfo of SIGCHLD for a child that stops, goes on, and is killed.
int main(void)
{
    sigset_t none;
    sigemptyset(&none);
    on_signal(SIGCHLD, report_signal, 0);
    block(SIGCHLD, SIG_BLOCK);
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        raise(SIGSTOP);
        for (;;)
            pause();
    }
    sigsuspend(&none);
    must(kill(child, SIGCONT) == 0);
    sigsuspend(&none);
    must(kill(child, SIGKILL) == 0);
    sigsuspend(&none);
    wait_and_say("the child", child, 0);
    return 0;
}
