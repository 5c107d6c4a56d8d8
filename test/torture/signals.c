// SPDX-License-Identifier: BSL-1.0

// The storm's steps that are about signals.

#include "torture/storm.h"

#include <poll.h>
#include <sys/time.h>

static volatile sig_atomic_t handled, wrong, last;
static int reports_to = -1;

static void expect_in_order(int sig, siginfo_t* info, void* context)
{
    (void)sig;
    (void)context;
    if (info->si_value.sival_int != handled && !all->lossy)
        wrong = 1;
    ++handled;
}

/// Real-time signals are queued: all of them come, in order.
void step_queue(uint64_t seed, int depth)
{
    int const sig = SIGRTMIN + 1;
    (void)depth;
    int const n = all->lossy ? 1 : 1 + pick(&seed, 24), sleeps = pick(&seed, 2);
    block(sig, SIG_BLOCK);
    pid_t const child = forked_to_die();
    if (child == 0) {
        sigset_t none;
        sigemptyset(&none);
        on_signal(sig, expect_in_order, 0);
        if (!sleeps)
            block(sig, SIG_UNBLOCK);
        while (handled < n)
            if (sleeps)
                sigsuspend(&none);
            else
                be_busy(1);
        _exit(wrong ? 97 : status_of(seed));
    }
    block(sig, SIG_UNBLOCK);
    for (int i = 0; i < n; ++i) {
        union sigval const value = {.sival_int = i};
        must(sigqueue(child, sig, value) == 0);
    }
    int const end = status_after(child, 0, sig);
    must(WIFEXITED(end) && WEXITSTATUS(end) == status_of(seed));
    count(signals, (unsigned long)n);
}

static void report(int sig, siginfo_t* info, void* context)
{
    (void)sig;
    (void)info;
    (void)context;
    ++handled;
    if (write(reports_to, "", 1) != 1)
        wrong = 1;
}

/// Plain signals to a child that reads from a pipe or computes, each sent when the one before it was handled.
void step_ping(uint64_t seed, int depth)
{
    int told[2], heard[2];
    char byte;
    (void)depth;
    int const n = 1 + pick(&seed, 8), reads = pick(&seed, 2);
    must(pipe(told) == 0 && pipe(heard) == 0);
    block(SIGUSR1, SIG_BLOCK);
    pid_t const child = forked_to_die();
    if (child == 0) {
        close(told[1]);
        reports_to = heard[1];
        on_signal(SIGUSR1, report, SA_RESTART);
        block(SIGUSR1, SIG_UNBLOCK);
        while (!reads && handled < n)
            be_busy(1);
        must(read(told[0], &byte, 1) == 0);   // restarted however often it is interrupted
        _exit(wrong || (!all->lossy && handled != n) ? 97 : status_of(seed));
    }
    block(SIGUSR1, SIG_UNBLOCK);
    close(told[0]);
    close(heard[1]);
    for (int i = 0; i < n; ++i) {
        must(kill(child, SIGUSR1) == 0);
        struct pollfd due = {heard[0], POLLIN, 0};
        while (all->lossy && poll(&due, 1, resend_ms) == 0)
            must(kill(child, SIGUSR1) == 0);
        must(read(heard[0], &byte, 1) == 1);
    }
    close(told[1]);
    expect_exit(child, status_of(seed));
    close(heard[0]);
    count(signals, (unsigned long)n);
}

static __thread volatile sig_atomic_t handled_here;

static void count_here(int sig, siginfo_t* info, void* context)
{
    (void)sig;
    (void)info;
    (void)context;
    ++handled_here;
}

struct listener {
    pthread_t thread;
    volatile pid_t id;
    int due;
    volatile int handled;
};

static void* listen_for_signals(void* with)
{
    struct listener* const me = with;
    me->id = thread_id();
    while (handled_here < me->due)
        be_busy(1);
    me->handled = handled_here;
    return with;
}

/// Signals to single threads: each reaches the thread that it was sent to.
void step_tgkill(uint64_t seed, int depth)
{
    int const sig = SIGRTMIN + 2;
    (void)depth;
    pid_t const child = forked_to_die();
    if (child == 0) {
        struct listener each[3] = {{0}};
        int const n = 1 + pick(&seed, 3), due = all->lossy ? 1 : 1 + pick(&seed, 8);
        on_signal(sig, count_here, 0);
        for (int i = 0; i < n; ++i) {
            each[i].due = due;
            must(pthread_create(&each[i].thread, NULL, listen_for_signals, &each[i]) == 0);
        }
        for (int i = 0; i < n; ++i) {
            while (each[i].id == 0)
                sched_yield();
            for (int j = 0; j < due; ++j)
                must(syscall(SYS_tgkill, getpid(), each[i].id, sig) == 0);
            while (all->lossy && each[i].handled == 0) {
                sleep_us(resend_ms * 1000);
                (void)syscall(SYS_tgkill, getpid(), each[i].id, sig);
            }
        }
        for (int i = 0; i < n; ++i) {
            must(pthread_join(each[i].thread, NULL) == 0);
            if (!all->lossy)
                must(each[i].handled == due);
        }
        must(handled_here == 0);
        _exit(n * due);
    }
    int const end = status_after(child, 0, 0);
    must(WIFEXITED(end) && WEXITSTATUS(end) > 0 && WEXITSTATUS(end) < 90);
    count(signals, (unsigned long)WEXITSTATUS(end));
}

static void note_signal(int sig, siginfo_t* info, void* context)
{
    (void)info;
    (void)context;
    last = sig;
    ++handled;
}

/// One signal to a process group: each member has it once.
void step_group(uint64_t seed, int depth)
{
    pid_t members[most_members];
    (void)depth;
    int const n = 1 + pick(&seed, most_members);
    block(SIGUSR2, SIG_BLOCK);
    for (int i = 0; i < n; ++i) {
        members[i] = forked_to_die();
        if (members[i] == 0) {
            sigset_t none;
            sigemptyset(&none);
            on_signal(SIGUSR2, note_signal, 0);
            begin_pastimes(&seed, 1);   // its signals stay blocked
            while (handled == 0)
                sigsuspend(&none);
            _exit(handled == 1 || all->lossy ? status_of(seed) : 97);
        }
        must(setpgid(members[i], members[0]) == 0);
    }
    block(SIGUSR2, SIG_UNBLOCK);
    must(kill(-members[0], SIGUSR2) == 0);
    for (int i = 0; i < n; ++i) {
        int const end = status_after(members[i], 0, SIGUSR2);
        must(WIFEXITED(end) && WEXITSTATUS(end) != 97 && WEXITSTATUS(end) < 98);
    }
    count(signals, (unsigned long)n);
}

/// A child with some threads, in a process group of its own, that goes on until it is ended.
static pid_t begin_victim(uint64_t* seed)
{
    uint64_t theirs = next(seed);
    pid_t const child = forked_to_die();
    if (child == 0) {
        begin_pastimes(&theirs, 3);
        (pick(&theirs, 4) ? pastime_of(theirs) : fork_forever)(NULL);
    }
    must(setpgid(child, child) == 0);
    return child;
}

/// Group-stops and continues, seen by the parent as by a shell; then SIGKILL, stopped or running.
void step_stop(uint64_t seed, int depth)
{
    static int const which[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
    (void)depth;
    int const n = 1 + pick(&seed, 4), ends_stopped = pick(&seed, 2);
    pid_t const child = begin_victim(&seed);
    for (int i = 0; i < n; ++i) {
        int const sig = which[pick(&seed, 4)];
        sleep_us(pick(&seed, 3) * 100);
        must(kill(child, sig) == 0);
        int status = status_after(child, WUNTRACED, sig);
        must(WIFSTOPPED(status) && WSTOPSIG(status) == sig);
        if (i + 1 == n && ends_stopped)
            break;
        must(kill(child, SIGCONT) == 0);
        status = status_after(child, WCONTINUED, SIGCONT);
        must(WIFCONTINUED(status));
    }
    must(kill(child, SIGKILL) == 0);
    expect_signal(child, SIGKILL);
    count(stops, (unsigned long)n);
    count(kills, 1);
}

void step_kill(uint64_t seed, int depth)
{
    (void)depth;
    pid_t const child = begin_victim(&seed);
    sleep_us(pick(&seed, 10) * 50);
    must(kill(child, SIGKILL) == 0);
    expect_signal(child, SIGKILL);
    count(kills, 1);
}

/// A child that a signal of its own ends, in one of its threads.
void step_suicide(uint64_t seed, int depth)
{
    static volatile int* volatile nowhere;
    static int const which[] = {SIGTERM, SIGSEGV, SIGABRT, SIGKILL, SIGTRAP, SIGILL};
    (void)depth;
    int const sig = pick(&seed, 8) ? which[pick(&seed, 6)] : SIGRTMIN + 3;
    pid_t const child = forked_to_die();
    if (child == 0) {
        begin_pastimes(&seed, 2);
        if (sig == SIGSEGV)
            *nowhere = 1;
        do
            syscall(SYS_tgkill, getpid(), thread_id(), sig);
        while (all->lossy);
        _exit(97);
    }
    expect_signal(child, sig);
    count(kills, 1);
}

/// A timer interrupts calls all the time. Handlers with SA_RESTART change nothing about a read or a wait.
void step_ticks(uint64_t seed, int depth)
{
    (void)depth;
    pid_t const child = forked_to_die();
    if (child == 0) {
        struct itimerval every = {{0, 900}, {0, 900}};
        struct itimerval const never = {{0, 0}, {0, 0}};
        on_signal(SIGALRM, note_signal, SA_RESTART);
        must(setitimer(ITIMER_REAL, &every, NULL) == 0);
        for (int i = 0; i < 3; ++i) {
            pid_t const inner = forked_to_die();   // it has no timer
            if (inner == 0) {
                be_busy(10);
                sleep_us(500);
                _exit(status_of(seed));
            }
            int status = 0;
            must(waitpid(inner, &status, 0) == inner && WIFEXITED(status) && WEXITSTATUS(status) == status_of(seed));
        }
        must(setitimer(ITIMER_REAL, &never, NULL) == 0);
        _exit(status_of(seed));
    }
    expect_exit(child, status_of(seed));
    count(forks, 4);
}
