// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <fcntl.h>
#include <linux/sched.h>

// Makes children with CLONE_UNTRACED, by clone(2) and by clone3(2). Prints whether the structure for clone3(2) is unchanged.
int main(void)
{
    for (int third = 0; third < 2; ++third) {
        struct clone_args args = {.flags = CLONE_UNTRACED, .exit_signal = SIGCHLD};
        pid_t const child = third ? (pid_t)syscall(SYS_clone3, &args, sizeof args)
                                  : (pid_t)syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0);
        must(child >= 0);
        if (child == 0)
            _exit(open("/dev/null", O_RDONLY) >= 0 ? 7 : errno);
        wait_and_say("the child", child, 0);
        say("flags %s\n", args.flags == CLONE_UNTRACED ? "unchanged" : "changed");
    }
    return 0;
}
