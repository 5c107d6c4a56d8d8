// SPDX-License-Identifier: BSL-1.0
#pragma once

// Code that all files of the storm use: random numbers, counts, waits, and endless work for threads. See storm.c.

#include "guest/guest.h"

#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>

enum { shared_fd = 90, most_threads = 6, most_members = 4, resend_ms = 20 };

/// What the storm counts. The root prints the counts at its end.
enum kind { forks, vforks, clones, threads, execs, signals, stops, kills, orphans, kinds };

/// Memory that all processes of a storm share. After execve(2), a process maps it again, by the descriptor shared_fd.
struct shared {
    unsigned long counts[kinds];
    int lossy, strays;
    cpu_set_t cpus;         ///< the affinity mask that the root began with
    char cpus_shown[256];   ///< the line of `cpus` in /proc/self/status; empty if the file cannot be read
};

extern struct shared* all;
extern char* self;   ///< the path of this program

static inline void count(enum kind which, unsigned long more) { __atomic_fetch_add(&all->counts[which], more, __ATOMIC_RELAXED); }

/// The next number of a seed's sequence (splitmix64).
static inline uint64_t next(uint64_t* seed)
{
    uint64_t mixed = *seed += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return mixed ^ mixed >> 31;
}

static inline int pick(uint64_t* seed, int below) { return (int)(next(seed) % (uint64_t)below); }

/// The exit status that a process with this seed must end with.
static inline int status_of(uint64_t seed) { return 1 + (int)(seed % 90); }

static inline void sleep_us(long us)
{
    struct timespec left = {us / 1000000, us % 1000000 * 1000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

/// Waits for `child` and returns its wait status. In lossy mode, sends `sig`, if not 0, to the child repeatedly until then.
static inline int status_after(pid_t child, int flags, int sig)
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

/// Checks that `child` exits with `status`, or, if `sig` is not 0, that `sig` kills it.
static inline void must_end(pid_t child, int status, int sig, char const* step)
{
    int const got = status_after(child, 0, sig);
    if (sig == 0 ? WIFEXITED(got) && WEXITSTATUS(got) == status : WIFSIGNALED(got) && WTERMSIG(got) == sig)
        return;
    dprintf(STDERR_FILENO, "storm: %s: wait status 0x%x, not exit %d signal %d\n", step, (unsigned)got, status, sig);
    _exit(99);
}
#define expect_exit(child, status) must_end(child, status, 0, __func__)
#define expect_signal(child, sig) must_end(child, 0, sig, __func__)

static inline pid_t forked(void)
{
    pid_t const child = fork();
    must(child >= 0);
    return child;
}

/// Forks a child that the kernel kills when its parent ends, because no other process would end or continue the child.
static inline pid_t forked_tied_to_parent(void)
{
    pid_t const parent = getpid(), child = forked();
    if (child == 0) {
        must(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
        if (getppid() != parent)
            _exit(98);
    }
    return child;
}

static inline void begin_thread(void* (*body)(void*), void* with)
{
    pthread_t thread;
    int error;
    while ((error = pthread_create(&thread, NULL, body, with)) == EAGAIN)
        sched_yield();   // pthread_create gives EAGAIN while another thread is in execve(2)
    must(error == 0);
    must(pthread_detach(thread) == 0);
}

void run_plan(uint64_t seed, int depth);

/// A step derives its random choices from its seed. Its child may run a plan with the depth `depth` - 1, which has no steps if
/// negative.
typedef void step(uint64_t seed, int depth);
step step_clone, step_clone3, step_end, step_exec, step_fork, step_namespace, step_orphan, step_sibling, step_threads,
    step_vfork;                                                                                            // in children.c
step step_group, step_kill, step_ping, step_queue, step_stop, step_self_signal, step_tgkill, step_ticks;   // in signals.c

// --- endless work for threads and children -------------------------------------------------------

static inline void* leave(void* with)
{
    be_busy(3);
    return with;
}

static inline void* call_forever(void* with)
{
    for (;;)
        be_busy(16);
    return with;
}

static inline void* sleep_forever(void* with)
{
    for (;;)
        sleep_us(700);
    return with;
}

static inline void* pause_forever(void* with)
{
    for (;;)
        pause();
    return with;
}

static inline void* spin_forever(void* with)
{
    static volatile unsigned long turns;
    for (;;)
        ++turns;
    return with;
}

static inline void* churn_forever(void* with)
{
    for (;;) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, leave, NULL) == 0)
            pthread_join(thread, NULL);
    }
    return with;
}

static inline void* fork_forever(void* with)
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

typedef void* endless_work(void* unused);
static endless_work* const endless_works[] = {call_forever, sleep_forever, pause_forever, spin_forever, churn_forever};

static inline endless_work* endless_work_of(uint64_t seed)
{
    unsigned const which = (unsigned)pick(&seed, sizeof endless_works / sizeof *endless_works);
    // Many spinning threads would make a machine with few CPUs too slow.
    return which == 3 && pick(&seed, 4) ? call_forever : endless_works[which];
}

static inline void begin_endless_threads(uint64_t* seed, int most)
{
    for (int i = pick(seed, most + 1); i > 0; --i)
        begin_thread(endless_work_of(next(seed)), NULL);
}
