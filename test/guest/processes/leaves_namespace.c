// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Leaves a pid namespace with a zombie that only a process outside the namespace can reap. Until then, process 1 of the namespace
// cannot end.
int main(void)
{
    int left[2];
    must(pipe(left) == 0);
    pid_t const parent = fork();
    must(parent >= 0);
    if (parent == 0) {
        if (unshare(CLONE_NEWPID) != 0)
            _exit(77);
        pid_t const init = fork();
        must(init >= 0);
        if (init == 0) {
            char byte;
            close(left[1]);
            must(read(left[0], &byte, 1) == 0);
            _exit(0);
        }
        pid_t const zombie = fork();
        must(zombie >= 0);
        if (zombie == 0)
            _exit(0);
        siginfo_t end;
        must(waitid(P_PID, (id_t)zombie, &end, WEXITED | WNOWAIT) == 0);
        _exit(0);
    }
    int status;
    must(waitpid(parent, &status, 0) == parent);
    return WEXITSTATUS(status);
}
