// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Makes a child by clone3(2).
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
