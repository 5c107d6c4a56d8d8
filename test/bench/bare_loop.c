// SPDX-License-Identifier: BSL-1.0
// bare_loop [-p] COMMAND [ARGUMENT…]: a minimal tracer, to compare other tracers with. It calls PTRACE_GET_SYSCALL_INFO at each
// syscall-stop, follows all threads and processes, prints nothing, and ends with the exit status of the command or with 128 plus
// its signal.
// With -p, the tracer makes its time slice longer than the tracee's, so that a resumed tracee preempts the tracer at once (Linux
// 6.12). After each resume, the tracer calls waitpid(2) only if PTRACE_GET_SYSCALL_INFO does not report a next system call.
#include "guest/guest.h"

#include <sys/ptrace.h>

enum { syscall_stop = SIGTRAP | 0x80 };   // the signal of a syscall-stop under PTRACE_O_TRACESYSGOOD

static struct __ptrace_syscall_info info;

/// Makes a ptrace(2) request. Ignores ESRCH: the thread was killed, which a later waitpid(2) reports (ptrace(2), "Death under
/// ptrace").
static void request(int what, pid_t thread, long number, void* data)
{
    must(ptrace(what, thread, number, data) != -1 || errno == ESRCH);
}

/// Forks a child and seizes it. The child executes the command after the parent has closed the pipe.
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
    long const options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK
                         | PTRACE_O_TRACECLONE;
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
    if (event == PTRACE_EVENT_STOP && signal != SIGTRAP)   // the thread is in a group-stop
        request(PTRACE_LISTEN, thread, 0, NULL);
    else
        request(PTRACE_SYSCALL, thread, 0, (void*)(long)(signal == syscall_stop || event != 0 ? 0 : signal));
}

static void lengthen_slice(void)
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

/// Whether the thread is stopped at a system call. Yields and asks once more, because a tracer that sleeps in waitpid(2)
/// loses its longer time slice.
static int is_soon_at_call(pid_t thread) { return is_at_call(thread) || (sched_yield() == 0 && is_at_call(thread)); }

int main(int argc, char** argv)
{
    int const long_slice = argc > 1 && strcmp(argv[1], "-p") == 0;
    must(argc > 1 + long_slice);
    pid_t const root = start(argv + 1 + long_slice);
    if (long_slice)
        lengthen_slice();
    int status = 0, end = 0;
    for (;;) {
        pid_t const thread = waitpid(-1, &status, __WALL);
        if (thread == -1 && errno == ECHILD)
            break;
        must(thread != -1);
        if (WIFSTOPPED(status)) {
            answer(thread, status);
            while (long_slice && is_soon_at_call(thread))
                request(PTRACE_SYSCALL, thread, 0, NULL);
        } else if (thread == root)
            end = status;
    }
    return WIFEXITED(end) ? WEXITSTATUS(end) : 128 + WTERMSIG(end);
}
