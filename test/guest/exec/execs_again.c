// SPDX-License-Identifier: BSL-1.0
#include "guest/waiting_threads.h"

// Executes itself as many times as the argument says. Each execve(2) must wait until three threads have ended.
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
