// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

#include <stdint.h>

/// As the first kernel with sched_getattr(2) has it.
struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

static void say_scheduling(char const* who)
{
    struct attributes now;
    must(syscall(SYS_sched_getattr, 0, &now, sizeof now, 0) == 0);
    say("%s: policy %u, flags %#llx, nice %d, time slice %llu\n", who, now.policy, (unsigned long long)now.flags,
        now.nice, (unsigned long long)now.runtime);
}

static void be_busy(void)
{
    for (int i = 0; i < 300; ++i)
        (void)syscall(SYS_getppid);
}

// Says how it and a child are scheduled, also after many calls in a row.
int main(void)
{
    say_scheduling("the first");
    be_busy();
    say_scheduling("the busy");
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        say_scheduling("the child");
        be_busy();
        say_scheduling("the busy child");
        _exit(0);
    }
    wait_and_say("the child", child, 0);
    return 0;
}
