// SPDX-License-Identifier: BSL-1.0
#pragma once

// Shared code of the guests, the programs that the tests trace. Most guests print no ids or addresses, so that the output of two
// runs can be compared. Guests do not use stdio's buffers, which both processes would write after a fork(2).

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/// The first version of clone3(2)'s struct clone_args, which <sched.h> does not define.
struct first_clone_args {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

/// The first version of sched_getattr(2)'s struct sched_attr, which glibc 2.36 does not have.
struct first_sched_attr {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

/// Keeps the compiler from inlining or cloning a function, so that the function has a stack frame of its own. Clang does not know
/// `noclone`.
#ifdef __clang__
#define own_frame __attribute__((noinline))
#else
#define own_frame __attribute__((noinline, noclone))
#endif

/// Writes one line, in one write(2).
#define say(...) ((void)dprintf(STDOUT_FILENO, __VA_ARGS__))

/// If `holds` is 0, prints the line number, the condition and the text of errno, and exits with status 99.
static inline void must_at(int holds, char const* what, int line)
{
    if (holds)
        return;
    dprintf(STDERR_FILENO, "guest: line %d: %s: %s\n", line, what, strerror(errno));
    _exit(99);
}
#define must(condition) must_at((condition) != 0, #condition, __LINE__)

/// The argument at `index` as a number; `otherwise` if the program has no argument at `index`.
static inline long argument(int argc, char** argv, int index, long otherwise)
{
    return index < argc ? strtol(argv[index], NULL, 0) : otherwise;
}

/// Blocks until the end of standard input.
static inline void until_told(void)
{
    char byte;
    ssize_t got;
    do
        got = read(STDIN_FILENO, &byte, 1);
    while (got > 0 || (got < 0 && errno == EINTR));
}

static inline void on_signal(int sig, void (*handler)(int, siginfo_t*, void*), int flags)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | flags;
    must(sigaction(sig, &action, NULL) == 0);
}

static inline void block(int sig, int how)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, sig);
    must(sigprocmask(how, &set, NULL) == 0);
}

/// Prints one line for one wait status.
static inline void say_status(char const* who, int status)
{
    if (WIFEXITED(status))
        say("%s exited %d\n", who, WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        say("%s killed %d%s\n", who, WTERMSIG(status), WCOREDUMP(status) ? " dumped" : "");
    else if (WIFSTOPPED(status))
        say("%s stopped %d\n", who, WSTOPSIG(status));
    else if (WIFCONTINUED(status))
        say("%s continued\n", who);
}

/// Waits for one status of `child`, and prints it.
static inline int wait_and_say(char const* who, pid_t child, int flags)
{
    int status = 0;
    pid_t got;
    do
        got = waitpid(child, &status, flags);
    while (got < 0 && errno == EINTR);
    must(got == child);
    say_status(who, status);
    return status;
}

static inline pid_t thread_id(void) { return (pid_t)syscall(SYS_gettid); }

static inline void be_busy(int calls)
{
    for (int i = 0; i < calls; ++i)
        (void)syscall(SYS_getppid);
}

/// Reads at most `size` - 1 bytes of the file at `path` into `text`, and adds a null byte.
static inline void read_text(char const* path, char* text, size_t size)
{
    int const fd = open(path, O_RDONLY | O_CLOEXEC);
    must(fd >= 0);
    ssize_t const got = read(fd, text, size - 1);
    must(got > 0);
    close(fd);
    text[got] = '\0';
}

/// Returns the state letter of a thread in /proc, or '?' if the thread does not exist. For a ptrace-stop, returns 'T', although
/// /proc has 't'.
static inline char state_of(pid_t thread)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)thread);
    int const fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return '?';
    ssize_t const got = read(fd, text, sizeof text - 1);
    close(fd);
    if (got <= 0)
        return '?';
    text[got] = '\0';
    char const state = strrchr(text, ')')[2];
    return state == 't' ? 'T' : state;
}
