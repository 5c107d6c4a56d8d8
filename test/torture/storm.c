// SPDX-License-Identifier: BSL-1.0

// storm SEED [ROUNDS [MODE…]]
//
// The guest of the torture cases. Everything that it does follows from SEED: each process and each thread has a plan, a
// list of steps that is drawn from a seed of its own. A step makes a child or a thread, signals it, stops it, replaces
// it by execve(2) or kills it, and then checks what the kernel said of it: the wait status, the number and the order of
// the signals, what a read returned. A step that goes wrong ends the process with status 99, and so all above it.
//
// The root prints one line of counts at its end. The line depends on SEED, ROUNDS and MODE only: a run under a tracer
// must print what an untraced run prints.
//
// MODE "lossy": signals are sent again until they are seen. A tracer that is killed takes the signal along that its
// tracee was about to receive (ptrace(2), "Signal injection and suppression"), which nobody can mend.
// MODE "strays": the orphans are left to the init process or to the subreaper above the root, which also gets children
// that are not its own (CLONE_PARENT).
// MODE "holds": the root waits for the end of its standard input before it ends.

#include "guest/guest.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>

enum { shared_fd = 90, most_threads = 6, most_members = 4, resend_ms = 20 };

/// What the line at the end counts. A step is counted by the one that checked it.
enum kind { forks, vforks, clones, threads, execs, signals, stops, kills, orphans, kinds };

/// The memory that all processes of a storm have in common, also after execve(2).
struct shared {
    unsigned long counts[kinds];
    int lossy, strays;
    cpu_set_t cpus;         ///< the affinity mask that the root began with
    char cpus_shown[256];   ///< the same as /proc has it
};

static struct shared* all;
static char* self;

static void count(enum kind which, unsigned long more)
{
    __atomic_fetch_add(&all->counts[which], more, __ATOMIC_RELAXED);
}

/// The next number of a seed's sequence (splitmix64).
static uint64_t next(uint64_t* seed)
{
    uint64_t mixed = *seed += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return mixed ^ mixed >> 31;
}

static int pick(uint64_t* seed, int below)
{
    return (int)(next(seed) % (uint64_t)below);
}

/// The exit status that a process with this seed must end with.
static int status_of(uint64_t seed)
{
    return 1 + (int)(seed % 90);
}

static void sleep_us(long us)
{
    struct timespec left = {us / 1000000, us % 1000000 * 1000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

/// The next wait status of `child`. In lossy mode `sig`, unless it is 0, is sent again until there is one.
static int status_after(pid_t child, int flags, int sig)
{
    int status = 0;
    for (;;) {
        pid_t const got = waitpid(child, &status, flags | __WALL | (all->lossy && sig ? WNOHANG : 0));
        if (got == child)
            return status;
        must(got == 0 || (got < 0 && errno == EINTR));
        if (got == 0) {
            sleep_us(resend_ms * 1000);
            (void)kill(child, sig);
        }
    }
}

static void must_exit(pid_t child, int status, int line)
{
    int const got = status_after(child, 0, 0);
    if (!WIFEXITED(got) || WEXITSTATUS(got) != status)
        dprintf(STDERR_FILENO, "storm: line %d: wait status 0x%x, not exit %d\n", line, (unsigned)got, status);
    must(WIFEXITED(got) && WEXITSTATUS(got) == status);
}
#define expect_exit(child, status) must_exit(child, status, __LINE__)

static void must_die(pid_t child, int sig, int line)
{
    int const got = status_after(child, 0, sig);
    if (!WIFSIGNALED(got) || WTERMSIG(got) != sig)
        dprintf(STDERR_FILENO, "storm: line %d: wait status 0x%x, not signal %d\n", line, (unsigned)got, sig);
    must(WIFSIGNALED(got) && WTERMSIG(got) == sig);
}
#define expect_signal(child, sig) must_die(child, sig, __LINE__)

static pid_t forked(void)
{
    pid_t const child = fork();
    must(child >= 0);
    return child;
}

/// A child that must not outlive its parent, should that be killed: nobody else would end it or continue it.
static pid_t forked_to_die(void)
{
    pid_t const parent = getpid(), child = forked();
    if (child == 0) {
        must(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
        if (getppid() != parent)
            _exit(98);
    }
    return child;
}

static void begin_thread(void* (*body)(void*), void* with)
{
    pthread_t thread;
    int error;
    while ((error = pthread_create(&thread, NULL, body, with)) == EAGAIN)
        sched_yield();   // another thread is in execve(2)
    must(error == 0);
    must(pthread_detach(thread) == 0);
}

static void run_plan(uint64_t seed, int depth);

// --- what threads and children do until they are ended -------------------------------------------

static void* leave(void* with)
{
    be_busy(3);
    return with;
}

static void* call_forever(void* with)
{
    for (;;)
        be_busy(16);
    return with;
}

static void* sleep_forever(void* with)
{
    for (;;)
        sleep_us(700);
    return with;
}

static void* pause_forever(void* with)
{
    for (;;)
        pause();
    return with;
}

static void* spin_forever(void* with)
{
    static volatile unsigned long turns;
    for (;;)
        ++turns;
    return with;
}

static void* churn_forever(void* with)
{
    for (;;) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, leave, NULL) == 0)
            pthread_join(thread, NULL);
    }
    return with;
}

static void* fork_forever(void* with)
{
    for (;;) {
        pid_t const child = fork();
        if (child == 0)
            _exit(0);
        if (child > 0)
            waitpid(child, NULL, 0);
    }
    return with;
}

typedef void* pastime(void* unused);
static pastime* const pastimes[] = {call_forever, sleep_forever, pause_forever, spin_forever, churn_forever};

static pastime* pastime_of(uint64_t seed)
{
    unsigned const which = (unsigned)pick(&seed, sizeof pastimes / sizeof *pastimes);
    // Two processors have no time for threads that only spin.
    return which == 3 && pick(&seed, 4) ? call_forever : pastimes[which];
}

static void begin_pastimes(uint64_t* seed, int most)
{
    for (int i = pick(seed, most + 1); i > 0; --i)
        begin_thread(pastime_of(next(seed)), NULL);
}

// --- steps: processes and threads ------------------------------------------------------------------

static void step_fork(uint64_t seed, int depth)
{
    pid_t const child = forked();
    if (child == 0) {
        run_plan(seed, depth - 1);
        _exit(status_of(seed));
    }
    expect_exit(child, status_of(seed));
    count(forks, 1);
}

/// The words of a new image: `storm plan SEED DEPTH`.
struct words {
    char seed[24], depth[16];
    char* argv[5];
};

static void make_words(struct words* made, uint64_t seed, int depth)
{
    snprintf(made->seed, sizeof made->seed, "%llu", (unsigned long long)seed);
    snprintf(made->depth, sizeof made->depth, "%d", depth);
    made->argv[0] = self;
    made->argv[1] = (char*)"plan";
    made->argv[2] = made->seed;
    made->argv[3] = made->depth;
    made->argv[4] = NULL;
}

static void step_vfork(uint64_t seed, int depth)
{
    struct words words;
    make_words(&words, seed, depth - 1);
    int const execute = pick(&seed, 2), status = status_of(strtoull(words.seed, NULL, 10));
    pid_t const child = vfork();
    if (child == 0) {
        if (execute)
            execv(self, words.argv);
        _exit(execute ? 97 : status);
    }
    must(child > 0);
    expect_exit(child, status);
    count(vforks, 1);
    count(execs, (unsigned long)execute);
}

static int be_busy_and_return(void* status)
{
    be_busy(5);
    return (int)(intptr_t)status;
}

static void step_clone(uint64_t seed, int depth)
{
    static int const flags[] = {SIGCHLD, 0, CLONE_VM | CLONE_VFORK | SIGCHLD, CLONE_FILES | CLONE_FS | SIGCHLD, SIGUSR2,
                                CLONE_VM | CLONE_VFORK};
    (void)depth;
    int const status = status_of(seed), which = flags[pick(&seed, sizeof flags / sizeof *flags)];
    size_t const size = 65536;
    char* const stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(stack != MAP_FAILED);
    void (*const before)(int) = signal(SIGUSR2, SIG_IGN);
    pid_t const child = clone(be_busy_and_return, stack + size, which, (void*)(intptr_t)status);
    must(child > 0);
    expect_exit(child, status);
    signal(SIGUSR2, before);
    must(munmap(stack, size) == 0);
    count(clones, 1);
}

static void step_clone3(uint64_t seed, int depth)
{
    int fd = -1;
    struct first_clone_args how = {0};
    siginfo_t end;
    (void)depth;
    how.flags = CLONE_PIDFD;
    how.pidfd = (uint64_t)(uintptr_t)&fd;
    how.exit_signal = SIGCHLD;
    pid_t const child = (pid_t)syscall(SYS_clone3, &how, sizeof how);
    must(child >= 0);
    if (child == 0) {
        be_busy(5);
        _exit(status_of(seed));
    }
    while (waitid((idtype_t)3 /* P_PIDFD */, (id_t)fd, &end, WEXITED) != 0)
        must(errno == EINTR);
    must(end.si_pid == child && end.si_code == CLD_EXITED && end.si_status == status_of(seed));
    close(fd);
    count(clones, 1);
}

static void* thread_of_plan(void* with)
{
    uint64_t seed = *(uint64_t*)with;
    be_busy(1 + pick(&seed, 20));
    int const what = pick(&seed, 4);
    if (what == 0) {
        step_fork(next(&seed), 0);
    } else if (what == 1) {
        pthread_t inner;
        must(pthread_create(&inner, NULL, leave, NULL) == 0);
        pthread_join(inner, NULL);
        count(threads, 1);
    } else if (what == 2) {
        step_vfork(next(&seed) | 1, 0);
    }
    return with;
}

static void step_threads(uint64_t seed, int depth)
{
    pthread_t made[most_threads];
    uint64_t seeds[most_threads];
    (void)depth;
    int const n = 1 + pick(&seed, most_threads);
    for (int i = 0; i < n; ++i) {
        seeds[i] = next(&seed);
        must(pthread_create(&made[i], NULL, thread_of_plan, &seeds[i]) == 0);
    }
    for (int i = 0; i < n; ++i) {
        void* back = NULL;
        must(pthread_join(made[i], &back) == 0 && back == &seeds[i]);
    }
    count(threads, (unsigned long)n);
}

static void* execute(void* words)
{
    be_busy(4);
    execv(self, ((struct words*)words)->argv);
    return NULL;
}

/// The leader is replaced, or another thread replaces it, or all race; the other threads are anywhere meanwhile.
static void step_exec(uint64_t seed, int depth)
{
    pid_t const child = forked();
    if (child == 0) {
        static struct words words;   // the leader's stack may be gone when it is read
        make_words(&words, seed, depth - 1);
        begin_pastimes(&seed, 4);
        int const how = pick(&seed, 4);
        for (int racing = how == 0 ? 0 : how == 3 ? 3 : 1; racing > 0; --racing)
            begin_thread(execute, &words);
        if (how == 0 || how == 3)
            execute(&words);
        if (how == 2)
            pthread_exit(NULL);
        pause_forever(NULL);
    }
    expect_exit(child, status_of(seed));
    count(execs, 1);
}

static void* end_group(void* status)
{
    be_busy(4);
    _exit((int)(intptr_t)status);
    return NULL;
}

/// One thread ends the process while others are made and end, and the leader may have ended before.
static void step_end(uint64_t seed, int depth)
{
    (void)depth;
    pid_t const child = forked();
    if (child == 0) {
        void* const status = (void*)(intptr_t)status_of(seed);
        begin_pastimes(&seed, 4);
        int const how = pick(&seed, 3);
        if (how == 0)
            end_group(status);
        begin_thread(end_group, status);
        if (how == 1)
            pthread_exit(NULL);
        pause_forever(NULL);
    }
    expect_exit(child, status_of(seed));
    count(forks, 1);
}

static void step_orphan(uint64_t seed, int depth)
{
    (void)depth;
    pid_t const child = forked();
    if (child == 0) {
        if (forked() == 0) {
            be_busy(1 + pick(&seed, 40));
            count(orphans, 1);
            _exit(status_of(seed));
        }
        _exit(status_of(seed));
    }
    expect_exit(child, status_of(seed));
    count(forks, 1);
}

/// A child's child that is ours (CLONE_PARENT).
static void step_sibling(uint64_t seed, int depth)
{
    int told[2];
    pid_t sibling = 0;
    (void)depth;
    must(pipe(told) == 0);
    pid_t const child = forked();
    if (child == 0) {
        pid_t const made = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
        must(made >= 0);
        be_busy(3);
        if (made > 0)
            must(write(told[1], &made, sizeof made) == sizeof made);
        _exit(status_of(made > 0 ? seed : seed + 1));
    }
    close(told[1]);
    must(read(told[0], &sibling, sizeof sibling) == sizeof sibling);
    close(told[0]);
    expect_exit(child, status_of(seed));
    expect_exit(sibling, status_of(seed + 1));
    count(clones, 1);
}

static int be_init(void* with)
{
    int const status = (int)(intptr_t)with;
    for (int i = 0; i < 2; ++i)
        if (fork() == 0)
            call_forever(NULL);
    be_busy(10);
    return status;
}

/// A pid namespace ends with its first process.
static void step_namespace(uint64_t seed, int depth)
{
    static char stack[65536] __attribute__((aligned(16)));
    (void)depth;
    if (geteuid() != 0)
        return;
    pid_t const child = clone(be_init, stack + sizeof stack, CLONE_NEWPID | SIGCHLD, (void*)(intptr_t)status_of(seed));
    if (child < 0)
        return;   // not permitted here, neither with a tracer nor without
    expect_exit(child, status_of(seed));
    count(clones, 1);
}

// --- steps: signals ----------------------------------------------------------------------------------

static volatile sig_atomic_t handled, wrong, last;
static int reports_to = -1;

static void expect_in_order(int sig, siginfo_t* info, void* context)
{
    (void)sig;
    (void)context;
    if (info->si_value.sival_int != handled)
        wrong = 1;
    ++handled;
}

/// Real-time signals are queued: all of them come, in order.
static void step_queue(uint64_t seed, int depth)
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
    int const end = status_after(child, 0, sig);   // sent again, it comes with the value 0
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
static void step_ping(uint64_t seed, int depth)
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
static void step_tgkill(uint64_t seed, int depth)
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
static void step_group(uint64_t seed, int depth)
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
            _exit(handled == 1 ? status_of(seed) : 97);
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
static void step_stop(uint64_t seed, int depth)
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

static void step_kill(uint64_t seed, int depth)
{
    (void)depth;
    pid_t const child = begin_victim(&seed);
    sleep_us(pick(&seed, 10) * 50);
    must(kill(child, SIGKILL) == 0);
    expect_signal(child, SIGKILL);
    count(kills, 1);
}

/// A child that a signal of its own ends, in one of its threads.
static void step_suicide(uint64_t seed, int depth)
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
static void step_ticks(uint64_t seed, int depth)
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

/// The affinity mask as proc(5) shows it; empty without a /proc for this process.
static void read_cpus(char const* path, char* into, size_t size)
{
    static char const field[] = "Cpus_allowed_list:";
    char text[4096];
    into[0] = '\0';
    int const fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t const got = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    close(fd);
    if (got <= 0)
        return;
    text[got] = '\0';
    char const* const line = strstr(text, field);
    must(line != NULL);
    snprintf(into, size, "%.*s", (int)strcspn(line, "\n"), line);
}

/// The affinity mask is the one that the root began with, however it is asked for.
static void step_affinity(uint64_t seed, int depth)
{
    static char const* const paths[] = {"/proc/self/status", "/proc/thread-self/status", "//proc/self/./status"};
    char shown[sizeof all->cpus_shown];
    cpu_set_t now;
    (void)depth;
    CPU_ZERO(&now);
    if (pick(&seed, 2)) {
        must(sched_getaffinity(0, sizeof now, &now) == 0);
        must(CPU_EQUAL(&now, &all->cpus));
    }
    read_cpus(paths[pick(&seed, 3)], shown, sizeof shown);
    if (shown[0] != '\0' && strcmp(shown, all->cpus_shown) != 0)
        dprintf(STDERR_FILENO, "storm: %s, not %s\n", shown, all->cpus_shown);
    must(shown[0] == '\0' || strcmp(shown, all->cpus_shown) == 0);
}

static void step_rest(uint64_t seed, int depth)
{
    (void)depth;
    sleep_us(pick(&seed, 5) * 200);
    be_busy(pick(&seed, 30));
}

static void (*const steps[])(uint64_t seed, int depth) = {
    step_fork,    step_fork, step_vfork,  step_clone,  step_clone3,  step_threads,  step_threads, step_exec,     step_exec,
    step_exec,    step_end,  step_orphan, step_sibling, step_queue,  step_ping,     step_tgkill,  step_group,    step_stop,
    step_kill,    step_kill, step_suicide, step_ticks, step_affinity, step_namespace, step_rest,
};

static void run_plan(uint64_t seed, int depth)
{
    be_busy(2);
    if (depth < 0)
        return;
    for (int i = 2 + pick(&seed, 3); i > 0; --i) {
        int const which = pick(&seed, sizeof steps / sizeof *steps);
        steps[which](next(&seed), depth);
    }
}

/// A child that the root's parent gets (CLONE_PARENT), which must reap it.
static void leave_sibling(void)
{
    pid_t const made = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
    must(made >= 0);
    if (made == 0) {
        be_busy(10);
        _exit(7);
    }
}

static void share(int fd)
{
    all = mmap(NULL, sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    must(all != MAP_FAILED);
}

static void begin_sharing(void)
{
    int const fd = memfd_create("storm", 0);
    must(fd >= 0 && ftruncate(fd, sizeof *all) == 0 && dup2(fd, shared_fd) == shared_fd);
    close(fd);
    share(shared_fd);
    must(sched_getaffinity(0, sizeof all->cpus, &all->cpus) == 0);
    read_cpus("/proc/self/status", all->cpus_shown, sizeof all->cpus_shown);
}

int main(int argc, char** argv)
{
    static char path[4096];
    struct rlimit const no_core = {0, 0};
    must(argc > 1);
    self = realpath(argv[0], path);
    must(self != NULL);
    if (strcmp(argv[1], "plan") == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        share(shared_fd);
        uint64_t const seed = strtoull(argv[2], NULL, 10);
        run_plan(seed, atoi(argv[3]));
        return status_of(seed);
    }
    begin_sharing();
    setrlimit(RLIMIT_CORE, &no_core);
    int holds = 0;
    for (int i = 3; i < argc; ++i) {
        all->lossy |= strcmp(argv[i], "lossy") == 0;
        all->strays |= strcmp(argv[i], "strays") == 0;
        holds |= strcmp(argv[i], "holds") == 0;
    }
    if (!all->strays)
        must(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
    uint64_t seed = strtoull(argv[1], NULL, 10);
    for (long round = argument(argc, argv, 2, 1); round > 0; --round) {
        if (all->strays && getpid() != 1)
            leave_sibling();
        run_plan(next(&seed), 2);
    }
    // The orphans that are still there; victims of step_kill may have left some that nobody counts.
    while (!all->strays && (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR)) {
    }
    if (holds)
        until_told();
    unsigned long const* const n = all->counts;
    say("forks %lu vforks %lu clones %lu threads %lu execs %lu signals %lu stops %lu kills %lu orphans %lu\n", n[forks],
        n[vforks], n[clones], n[threads], n[execs], n[signals], n[stops], n[kills], all->strays ? 0 : n[orphans]);
    return status_of(strtoull(argv[1], NULL, 10));
}
