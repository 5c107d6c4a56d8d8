// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Short children, so many in all and so many at a time; each exits with its number modulo 251, and all are counted.
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
