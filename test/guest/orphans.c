// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Becomes a daemon with two forks: the grandchild outlives its parent and grandparent, and ends when standard input ends.
int main(void)
{
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            until_told();
            say("the orphan ends\n");
            _exit(12);
        }
        _exit(0);
    }
    must(wait(NULL) > 0);
    say("the first ends\n");
    return 0;
}
