// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Makes a sibling, which is a child of this process's parent, by clone(2) with CLONE_PARENT.
int main(void)
{
    int ends[2];
    char byte;
    must(pipe(ends) == 0);
    pid_t const mine = getppid();
    pid_t const sibling = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
    must(sibling >= 0);
    if (sibling == 0) {
        say("%s parent\n", getppid() == mine ? "the same" : "another");
        _exit(8);
    }
    close(ends[1]);
    must(read(ends[0], &byte, 1) == 0);
    say("not our child %d\n", waitpid(sibling, NULL, 0) < 0 && errno == ECHILD);
    return 0;
}
