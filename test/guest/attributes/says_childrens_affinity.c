// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>

enum { untraced = 0x00800000 };   // the value of CLONE_UNTRACED

static int cpus(void)
{
    cpu_set_t set;
    must(sched_getaffinity(0, sizeof set, &set) == 0);
    return CPU_COUNT(&set);
}

static void make(char const* how, int third, uint64_t flags)
{
    struct first_clone_args args = {.flags = flags, .exit_signal = SIGCHLD};
    be_busy(100);
    pid_t const child =
        third ? (pid_t)syscall(SYS_clone3, &args, sizeof args) : (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
    must(child >= 0);
    if (child == 0) {
        say("%s may use %d\n", how, cpus());
        be_busy(100);
        say("%s, busy, may use %d\n", how, cpus());
        _exit(0);
    }
    wait_and_say(how, child, 0);
}

static volatile int stop;

static void* ask(void* unused)
{
    while (!stop) {
        (void)cpus();
        be_busy(30);
    }
    return unused;
}

// Shows how many processors new children may use: children of clone(2) and clone3(2), traced and untraced, and children made
// while another thread calls sched_getaffinity(2).
int main(void)
{
    for (int third = 0; third < 2; ++third) {
        make(third ? "clone3's" : "clone's", third, 0);
        make(third ? "clone3's untraced" : "clone's untraced", third, untraced);
    }

    int const own = cpus();
    int wrong = 0;
    pthread_t thread;
    must(pthread_create(&thread, NULL, ask, NULL) == 0);
    for (int i = 0; i < 50; ++i) {
        be_busy(20);
        pid_t const child = fork();
        must(child >= 0);
        if (child == 0)
            _exit(cpus() == own ? 0 : 1);
        int status;
        must(waitpid(child, &status, 0) == child);
        wrong += status != 0;
    }
    stop = 1;
    must(pthread_join(thread, NULL) == 0);
    say("of 50 children %d may use others\n", wrong);
    return 0;
}
