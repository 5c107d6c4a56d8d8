// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Reads a byte, makes a sibling by CLONE_PARENT, prints the sibling's id, and ends.
int main(void)
{
    char byte;
    say("ready\n");
    must(read(STDIN_FILENO, &byte, 1) == 1);
    pid_t const sibling = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
    must(sibling >= 0);
    if (sibling == 0)
        _exit(8);
    say("sibling %d\n", (int)sibling);
    return 0;
}
