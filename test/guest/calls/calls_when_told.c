// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Waits for the end of standard input. Then makes ten cheap system calls, as many times as the argument says.
int main(int argc, char** argv)
{
    static long const numbers[] = {SYS_getpid, SYS_getppid, SYS_gettid,  SYS_getuid,      SYS_geteuid,
                                   SYS_getgid, SYS_getegid, SYS_getpgid, SYS_sched_yield, SYS_getgroups};
    long const times = argument(argc, argv, 1, 1);
    until_told();
    for (long turn = 0; turn < times; ++turn)
        for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; ++i)
            (void)syscall(numbers[i], 0, 0);
    return (int)times;
}
