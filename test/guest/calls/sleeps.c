// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <time.h>

// Sleeps once, for the given number of milliseconds, and prints whether the sleep was shorter than this time.
int main(int argc, char** argv)
{
    long const wanted = argument(argc, argv, 1, 200);
    struct timespec const span = {wanted / 1000, wanted % 1000 * 1000000};
    struct timespec before, after;
    say("ready\n");
    clock_gettime(CLOCK_MONOTONIC, &before);
    int const ret = nanosleep(&span, NULL);
    int const why = errno;
    clock_gettime(CLOCK_MONOTONIC, &after);
    long const took = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
    say("slept %d errno %d %s\n", ret, ret ? why : 0, took + 1 >= wanted ? "whole" : "short");
    return 0;
}
