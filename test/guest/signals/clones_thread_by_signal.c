// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

static pid_t running;

static int call(void* unused)
{
    (void)unused;
    syscall(SYS_getppid);
    return 0;
}

// Makes a thread by clone(2) with SIGCHLD in the flags. The kernel ignores the exit signal of a thread.
int main(void)
{
    static char stack[65536] __attribute__((aligned(16)));
    int const flags =
        CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_CHILD_CLEARTID | CLONE_PARENT_SETTID;
    must(clone(call, stack + sizeof stack, flags | SIGCHLD, NULL, &running, NULL, &running) > 0);
    while (__atomic_load_n(&running, __ATOMIC_SEQ_CST) != 0)
        sched_yield();
    return 0;
}
