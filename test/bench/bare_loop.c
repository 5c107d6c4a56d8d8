// SPDX-License-Identifier: BSL-1.0
// The least that a tracer can do, as a measure for those that do more: wait for
// any thread, ask PTRACE_GET_SYSCALL_INFO, let it go on. It follows all threads
// and processes that the command makes, prints nothing, and ends as the command.
// After the word -p it does still less, as cotrace does: its time slice is longer
// than its subject's, which so runs as soon as it is let go on (Linux 6.12), and is
// asked without a wait whether it stopped again.
#include "guest/guest.h"

#include <sys/ptrace.h>

enum { syscall_stop = SIGTRAP | 0x80 };   // PTRACE_O_TRACESYSGOOD

static struct __ptrace_syscall_info info;

/// A thread may be killed at any moment, and a later wait tells; see ptrace(2), "Death under ptrace".
static void request(int what, pid_t thread, long number, void* data)
{
    must(ptrace(what, thread, number, data) != -1 || errno == ESRCH);
}

/// Seized before it executes anything: it waits for the pipe to be closed.
static pid_t start(char** words)
{
    int gate[2];
    char byte;
    must(pipe2(gate, O_CLOEXEC) == 0);
    pid_t const child = fork();
    must(child != -1);
    if (child == 0) {
        close(gate[1]);
        must(read(gate[0], &byte, 1) == 0);
        execvp(words[0], words);
        must(!"execvp");
    }
    long const options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK
                         | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
    request(PTRACE_SEIZE, child, 0, (void*)options);
    request(PTRACE_INTERRUPT, child, 0, NULL);
    close(gate[0]);
    close(gate[1]);
    return child;
}

static void answer(pid_t thread, int status)
{
    int const signal = WSTOPSIG(status);
    int const event = status >> 16;
    if (signal == syscall_stop)
        request(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info);
    if (event == PTRACE_EVENT_STOP && signal != SIGTRAP)   // a group-stop
        request(PTRACE_LISTEN, thread, 0, NULL);
    else
        request(PTRACE_SYSCALL, thread, 0, (void*)(long)(signal == syscall_stop || event != 0 ? 0 : signal));
}

static void be_patient(void)
{
    struct first_sched_attr scheduling;
    must(syscall(SYS_sched_getattr, 0, &scheduling, sizeof scheduling, 0) == 0);
    scheduling.runtime *= 4;
    must(syscall(SYS_sched_setattr, 0, &scheduling, 0) == 0);
}

static int is_at_call(pid_t thread)
{
    return ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) > 0
           && (info.op == PTRACE_SYSCALL_INFO_ENTRY || info.op == PTRACE_SYSCALL_INFO_EXIT);
}

/// Who sleeps, in waitpid(2), loses the patience.
static int is_soon_at_call(pid_t thread)
{
    return is_at_call(thread) || (sched_yield() == 0 && is_at_call(thread));
}

int main(int argc, char** argv)
{
    int const patient = argc > 1 && strcmp(argv[1], "-p") == 0;
    must(argc > 1 + patient);
    pid_t const root = start(argv + 1 + patient);
    if (patient)
        be_patient();
    int status = 0, end = 0;
    for (;;) {
        pid_t const thread = waitpid(-1, &status, __WALL);
        if (thread == -1 && errno == ECHILD)
            break;
        must(thread != -1);
        if (WIFSTOPPED(status)) {
            answer(thread, status);
            while (patient && is_soon_at_call(thread))
                request(PTRACE_SYSCALL, thread, 0, NULL);
        } else if (thread == root)
            end = status;
    }
    return WIFEXITED(end) ? WEXITSTATUS(end) : 128 + WTERMSIG(end);
}
