// SPDX-License-Identifier: BSL-1.0

// The steps of the storm (see storm.c) that make processes and threads.

#include "torture/storm.h"

#include <sys/mman.h>

void step_fork(uint64_t seed, int depth)
{
    pid_t const child = forked();
    if (child == 0) {
        run_plan(seed, depth - 1);
        _exit(status_of(seed));
    }
    expect_exit(child, status_of(seed));
    count(forks, 1);
}

/// The arguments of execve(2): `storm plan SEED DEPTH`.
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

void step_vfork(uint64_t seed, int depth)
{
    struct words words;
    make_words(&words, seed, depth - 1);
    int const execute = pick(&seed, 2), status = status_of(strtoull(words.seed, NULL, 10));
    pid_t const child = vfork();
    if (child == 0) {
        be_busy(3);
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

void step_clone(uint64_t seed, int depth)
{
    static int const flags[] = {SIGCHLD,
                                0,
                                CLONE_VM | CLONE_VFORK | SIGCHLD,
                                CLONE_FILES | CLONE_FS | SIGCHLD,
                                SIGUSR2,
                                CLONE_VM | CLONE_VFORK,
                                CLONE_UNTRACED | SIGCHLD,
                                CLONE_PTRACE | SIGCHLD};
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

void step_clone3(uint64_t seed, int depth)
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

void step_threads(uint64_t seed, int depth)
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

/// Makes a child in which one or several threads, perhaps with the leader, call execve(2), while other threads do random work.
void step_exec(uint64_t seed, int depth)
{
    pid_t const child = forked();
    if (child == 0) {
        static struct words words;   // static: the leader's stack may not exist any more when a thread reads `words`
        make_words(&words, seed, depth - 1);
        begin_endless_threads(&seed, 4);
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

/// Makes a child in which one thread ends the process while other threads do random work. The leader may already have ended.
void step_end(uint64_t seed, int depth)
{
    (void)depth;
    pid_t const child = forked();
    if (child == 0) {
        void* const status = (void*)(intptr_t)status_of(seed);
        begin_endless_threads(&seed, 4);
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

void step_orphan(uint64_t seed, int depth)
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

/// Makes a child that makes a sibling by CLONE_PARENT. The sibling is a child of this process.
void step_sibling(uint64_t seed, int depth)
{
    int report[2];
    pid_t sibling = 0;
    (void)depth;
    must(pipe(report) == 0);
    pid_t const child = forked();
    if (child == 0) {
        pid_t const made = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
        must(made >= 0);
        be_busy(3);
        if (made > 0)
            must(write(report[1], &made, sizeof made) == sizeof made);
        _exit(status_of(made > 0 ? seed : seed + 1));
    }
    close(report[1]);
    must(read(report[0], &sibling, sizeof sibling) == sizeof sibling);
    close(report[0]);
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

/// Makes a pid namespace with endless processes, which the kernel kills when the first process of the namespace ends.
void step_namespace(uint64_t seed, int depth)
{
    static char stack[65536] __attribute__((aligned(16)));
    (void)depth;
    if (geteuid() != 0)
        return;
    pid_t const child = clone(be_init, stack + sizeof stack, CLONE_NEWPID | SIGCHLD, (void*)(intptr_t)status_of(seed));
    if (child < 0)
        return;   // new pid namespaces are not permitted here, neither with nor without a tracer
    expect_exit(child, status_of(seed));
    count(clones, 1);
}
