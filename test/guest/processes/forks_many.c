// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// forks_many TOTAL AT_ONCE: makes TOTAL short-lived children, at most AT_ONCE at a time.
int main(int argc, char** argv)
{
    long const total = argument(argc, argv, 1, 50);
    long const at_once = argument(argc, argv, 2, 16);
    long made = 0, ended = 0, sum = 0;
    while (ended < total) {
        while (made < total && made - ended < at_once) {
            pid_t const child = fork();
            must(child >= 0);
            if (child == 0)
                _exit((int)(made % 251));
            ++made;
        }
        int status;
        must(wait(&status) > 0 && WIFEXITED(status));
        sum += WEXITSTATUS(status);
        ++ended;
    }
    say("ended %ld sum %ld\n", ended, sum);
    return 0;
}
