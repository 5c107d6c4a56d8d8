// SPDX-License-Identifier: BSL-1.0
#include "guest/waiting_threads.h"

static void* exec_it(void* argv)
{
    char** const words = argv;
    execv(words[0], words);
    say("errno %d\n", errno);
    _exit(1);
}

// A thread that is not the leader executes the program that the arguments name, while the leader and two threads wait.
int main(int argc, char** argv)
{
    pthread_t thread;
    must(argc > 1);
    must(pthread_create(&thread, NULL, wait_forever, NULL) == 0);
    must(pthread_create(&thread, NULL, wait_forever, NULL) == 0);
    must(pthread_create(&thread, NULL, exec_it, argv + 1) == 0);
    pthread_join(thread, NULL);
    return 1;
}
