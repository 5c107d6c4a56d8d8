// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

#include <pthread.h>

static void* wait_forever(void* unused)
{
    for (;;)
        pause();
    return unused;
}

// Executes itself so many times, each time while three threads are there: exec has to wait for them, which an attach
// can meet.
int main(int argc, char** argv)
{
    char count[32];
    char* words[] = {argv[0], count, NULL};
    pthread_t thread;
    long const left = argument(argc, argv, 1, 0);
    if (left <= 0) {
        say("done\n");
        return 0;
    }
    for (int i = 0; i < 3; ++i)
        must(pthread_create(&thread, NULL, wait_forever, NULL) == 0);
    snprintf(count, sizeof count, "%ld", left - 1);
    execv("/proc/self/exe", words);
    return 1;
}
