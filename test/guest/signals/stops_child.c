// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/prctl.h>

// Job control as a shell does it: a child stops by the given signal, is continued, and exits.
int main(int argc, char** argv)
{
    int const sig = (int)argument(argc, argv, 1, SIGSTOP);
    int ends[2];
    char byte;
    must(pipe(ends) == 0);
    pid_t const parent = getpid();
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        must(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);   // a child that stays stopped must not outlive its parent
        if (getppid() != parent)
            return 1;
        // Makes a process group that is not orphaned: in an orphaned process group, stop signals other than SIGSTOP have no
        // effect.
        must(setpgid(0, 0) == 0);
        signal(sig, SIG_DFL);
        raise(sig);
        must(read(ends[0], &byte, 1) == 1);
        _exit(14);
    }
    wait_and_say("the child", child, WUNTRACED | WCONTINUED);
    must(kill(child, SIGCONT) == 0);
    wait_and_say("the child", child, WUNTRACED | WCONTINUED);
    must(write(ends[1], "x", 1) == 1);
    wait_and_say("the child", child, WUNTRACED | WCONTINUED);
    return 0;
}
