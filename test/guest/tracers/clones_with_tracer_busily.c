// SPDX-License-Identifier: BSL-1.0
#include "guest/handlers.h"

// Makes children with CLONE_PTRACE until SIGUSR1 comes, and prints the number of children with an unexpected wait status.
int main(void)
{
    unsigned long wrong = 0;
    on_signal(SIGUSR1, note_signal, SA_RESTART);
    say("ready\n");
    while (!caught) {
        int status;
        pid_t const child = (pid_t)syscall(SYS_clone, CLONE_PTRACE | SIGCHLD, 0, 0, 0, 0);
        must(child >= 0);
        if (child == 0)
            _exit(7);
        wrong += waitpid(child, &status, 0) != child || status != 7 << 8;
    }
    say("wrong %lu\n", wrong);
    return 0;
}
