// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

#include <sys/ptrace.h>

// Traces the thread with the given id, and holds it at its PTRACE_EVENT_EXIT stop until standard input is closed.
int main(int argc, char** argv)
{
    pid_t const thread = (pid_t)argument(argc, argv, 1, 0);
    int status = 0;
    must(ptrace(PTRACE_SEIZE, thread, 0, PTRACE_O_TRACEEXIT) == 0);
    say("seized\n");
    must(waitpid(thread, &status, __WALL) == thread);
    must(status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8));
    say("held\n");
    until_told();
    must(ptrace(PTRACE_CONT, thread, 0, 0) == 0);
    waitpid(thread, &status, __WALL);
    return 0;
}
