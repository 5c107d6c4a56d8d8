// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// What clone3(2) takes, in its first version; <linux/sched.h> and <sched.h> cannot both be included.
struct first_clone_args {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

// A child by clone3(2).
int main(void)
{
    struct first_clone_args args;
    memset(&args, 0, sizeof args);
    args.exit_signal = SIGCHLD;
    pid_t const child = (pid_t)syscall(SYS_clone3, &args, sizeof args);
    must(child >= 0);
    if (child == 0)
        _exit(11);
    wait_and_say("the child", child, 0);
    return 0;
}
