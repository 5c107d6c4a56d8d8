// SPDX-License-Identifier: BSL-1.0

// The steps of the storm (see storm.c) that send signals.

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

/// Sends real-time signals to a child. The kernel queues them, so all of them must be delivered, in order.
void step_queue(uint64_t seed, int depth)
{
    int const sig = SIGRTMIN + 1;
    (void)depth;
    int const n = all->lossy ? 1 : 1 + pick(&seed, 24), sleeps = pick(&seed, 2);
    block(sig, SIG_BLOCK);
    pid_t const child = forked_tied_to_parent();
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

/// Sends signals to a child that reads from a pipe or makes calls. Waits each time until the child has handled the signal.
void step_ping(uint64_t seed, int depth)
{
    int to_child[2], from_child[2];
    char byte;
    (void)depth;
    int const n = 1 + pick(&seed, 8), reads = pick(&seed, 2);
    must(pipe(to_child) == 0 && pipe(from_child) == 0);
    block(SIGUSR1, SIG_BLOCK);
    pid_t const child = forked_tied_to_parent();
    if (child == 0) {
        close(to_child[1]);
        reports_to = from_child[1];
        on_signal(SIGUSR1, report, SA_RESTART);
        block(SIGUSR1, SIG_UNBLOCK);
        while (!reads && handled < n)
            be_busy(1);
        must(read(to_child[0], &byte, 1) == 0);   // SA_RESTART restarts the read after each signal
        _exit(wrong || (!all->lossy && handled != n) ? 97 : status_of(seed));
    }
    block(SIGUSR1, SIG_UNBLOCK);
    close(to_child[0]);
    close(from_child[1]);
    for (int i = 0; i < n; ++i) {
        must(kill(child, SIGUSR1) == 0);
        struct pollfd due = {from_child[0], POLLIN, 0};
        while (all->lossy && poll(&due, 1, resend_ms) == 0)
            must(kill(child, SIGUSR1) == 0);
        must(read(from_child[0], &byte, 1) == 1);
    }
    close(to_child[1]);
    expect_exit(child, status_of(seed));
    close(from_child[0]);
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

/// Sends signals to single threads. Each signal must be delivered to the thread that it was sent to.
void step_tgkill(uint64_t seed, int depth)
{
    int const sig = SIGRTMIN + 2;
    (void)depth;
    pid_t const child = forked_tied_to_parent();
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

/// Sends one signal to a process group. The signal must be delivered to each member of the group once.
void step_group(uint64_t seed, int depth)
{
    pid_t members[most_members];
    (void)depth;
    int const n = 1 + pick(&seed, most_members);
    block(SIGUSR2, SIG_BLOCK);
    for (int i = 0; i < n; ++i) {
        members[i] = forked_tied_to_parent();
        if (members[i] == 0) {
            sigset_t none;
            sigemptyset(&none);
            on_signal(SIGUSR2, note_signal, 0);
            begin_endless_threads(&seed, 1);   // SIGUSR2 stays blocked in these threads
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

/// Forks a child with one to four threads, in a new process group. The child runs until it is killed.
static pid_t begin_endless_child(uint64_t* seed)
{
    uint64_t theirs = next(seed);
    pid_t const child = forked_tied_to_parent();
    if (child == 0) {
        begin_endless_threads(&theirs, 3);
        (pick(&theirs, 4) ? endless_work_of(theirs) : fork_forever)(NULL);
    }
    must(setpgid(child, child) == 0);
    return child;
}

/// Stops and continues a child several times, and waits for each stop and each continuation as a shell does. Then kills the
/// child.
void step_stop(uint64_t seed, int depth)
{
    static int const which[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
    (void)depth;
    int const n = 1 + pick(&seed, 4), ends_stopped = pick(&seed, 2);
    pid_t const child = begin_endless_child(&seed);
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
    pid_t const child = begin_endless_child(&seed);
    sleep_us(pick(&seed, 10) * 50);
    must(kill(child, SIGKILL) == 0);
    expect_signal(child, SIGKILL);
    count(kills, 1);
}

/// Makes a child that sends itself a deadly signal or causes SIGSEGV, and checks that this signal kills the child.
void step_self_signal(uint64_t seed, int depth)
{
    static volatile int* volatile nowhere;
    static int const which[] = {SIGTERM, SIGSEGV, SIGABRT, SIGKILL, SIGTRAP, SIGILL};
    (void)depth;
    int const sig = pick(&seed, 8) ? which[pick(&seed, 6)] : SIGRTMIN + 3;
    pid_t const child = forked_tied_to_parent();
    if (child == 0) {
        begin_endless_threads(&seed, 2);
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

/// A timer interrupts the calls of a child again and again. The handler has SA_RESTART, so waitpid(2) in the child must succeed.
void step_ticks(uint64_t seed, int depth)
{
    (void)depth;
    pid_t const child = forked_tied_to_parent();
    if (child == 0) {
        struct itimerval every = {{0, 900}, {0, 900}};
        struct itimerval const never = {{0, 0}, {0, 0}};
        on_signal(SIGALRM, note_signal, SA_RESTART);
        must(setitimer(ITIMER_REAL, &every, NULL) == 0);
        for (int i = 0; i < 3; ++i) {
            pid_t const inner = forked_tied_to_parent();   // `inner` does not inherit the timer, see setitimer(2)
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
