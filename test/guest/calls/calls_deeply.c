// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <time.h>

// Makes system calls a few functions deep, so that a test can compare call stacks. The argument is the depth of the recursion in
// `descend`.

static volatile long sink;

own_frame static long innermost(long number)
{
    sink = syscall(number);
    return sink + 1;
}

own_frame static long middle(long number)
{
    sink = innermost(number);
    return sink + 1;
}

own_frame static long outermost(long number)
{
    sink = middle(number);
    return sink + 1;
}

own_frame static void fail(void)
{
    sink = open("/nonexistent/file", O_RDONLY);
    sink = sink + 1;
}

own_frame static void handler(int signal)
{
    (void)signal;
    sink = innermost(SYS_getuid);
}

// CLOCK_PROCESS_CPUTIME_ID is a clock for which the vDSO makes a real system call.
own_frame static void ask_time(void)
{
    struct timespec now;
    sink = clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    sink = sink + 1;
}

own_frame static long descend(long depth)
{
    sink = depth == 0 ? innermost(SYS_getppid) : descend(depth - 1);
    return sink + 1;
}

int main(int argc, char** argv)
{
    sink = outermost(SYS_getppid);
    fail();
    must(signal(SIGUSR1, handler) != SIG_ERR);
    must(raise(SIGUSR1) == 0);
    ask_time();
    sink = descend(argument(argc, argv, 1, 0));
    return 0;
}
