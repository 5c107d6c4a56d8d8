// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

static void report_signal(int sig, siginfo_t* info, void* context)
{
    (void)info;
    (void)context;
    say("handled %d\n", sig);
}

// Continues a stopped child that has a handler for SIGCONT. The child goes on, and the handler runs.
int main(void)
{
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        on_signal(SIGCONT, report_signal, 0);
        raise(SIGSTOP);
        say("went on\n");
        _exit(0);
    }
    wait_and_say("the child", child, WUNTRACED);
    must(kill(child, SIGCONT) == 0);
    wait_and_say("the child", child, WUNTRACED);
    return 0;
}
