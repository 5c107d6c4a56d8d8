// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Reads a byte, then calls vfork(2). The child prints its id and stays until standard input is closed.
int main(void)
{
    char byte;
    say("ready\n");
    must(read(STDIN_FILENO, &byte, 1) == 1);
    pid_t const child = vfork();
    if (child == 0) {
        say("child %d\n", (int)getpid());
        until_told();
        _exit(18);
    }
    wait_and_say("the child", child, 0);
    return 0;
}
