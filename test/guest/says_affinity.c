// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

static void say_cpus(char const* who)
{
    cpu_set_t set;
    must(sched_getaffinity(0, sizeof set, &set) == 0);
    say("%s may use %d\n", who, CPU_COUNT(&set));
}

// Says how many processors it and a child of it may use, before and after it was busy with system calls.
int main(void)
{
    say_cpus("the first");
    for (int i = 0; i < 3000; ++i)
        (void)syscall(SYS_getppid);
    say_cpus("the busy");
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        say_cpus("the child");
        _exit(0);
    }
    wait_and_say("the child", child, 0);
    return 0;
}
