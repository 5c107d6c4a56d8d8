// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <time.h>

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/// Blocks until all write ends of the pipe are closed.
static void until_closed(int end)
{
    char byte;
    while (read(end, &byte, 1) < 0 && errno == EINTR) {
    }
}

static void until_written(int end, long bytes)
{
    char text[4096];
    for (ssize_t got; bytes > 0; bytes -= got)
        must((got = read(end, text, sizeof text)) > 0);
}

// many_subjects COUNT BUSY CALLS: forks COUNT processes, of which BUSY make CALLS cheap system calls each, while the others
// wait. Prints the nanoseconds from the first to the last of these calls.
int main(int argc, char** argv)
{
    long const count = argument(argc, argv, 1, 10);
    long const busy = argument(argc, argv, 2, 10);
    long const calls = argument(argc, argv, 3, 1000);
    int there[2], start[2], done[2], end[2];
    must(pipe(there) == 0 && pipe(start) == 0 && pipe(done) == 0 && pipe(end) == 0);
    for (long i = 0; i < count; ++i) {
        pid_t const child = fork();
        must(child != -1);
        if (child != 0)
            continue;
        close(start[1]);
        close(end[1]);
        must(write(there[1], "", 1) == 1);
        if (i < busy) {
            until_closed(start[0]);
            for (long left = calls; left > 0; --left)
                (void)syscall(SYS_getppid);
            must(write(done[1], "", 1) == 1);
        }
        until_closed(end[0]);
        _exit(0);
    }
    until_written(there[0], count);
    long long const from = now();
    close(start[1]);
    until_written(done[0], busy);
    long long const to = now();
    close(end[1]);
    for (long left = count; left > 0; --left)
        must(wait(NULL) != -1);
    say("%lld\n", to - from);
    return 0;
}
