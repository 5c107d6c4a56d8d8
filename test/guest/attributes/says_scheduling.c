// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

static void say_scheduling(char const* who)
{
    struct first_sched_attr now;
    must(syscall(SYS_sched_getattr, 0, &now, sizeof now, 0) == 0);
    say("%s: policy %u, flags %#llx, nice %d, time slice %llu\n", who, now.policy, (unsigned long long)now.flags, now.nice,
        (unsigned long long)now.runtime);
}

// Prints the scheduling attributes of this process and of a child, before and after many system calls.
int main(void)
{
    say_scheduling("the first");
    be_busy(300);
    say_scheduling("the busy");
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        say_scheduling("the child");
        be_busy(300);
        say_scheduling("the busy child");
        _exit(0);
    }
    wait_and_say("the child", child, 0);
    return 0;
}
