// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/prctl.h>
#include <sys/ptrace.h>

// Calls PTRACE_SEIZE and then PTRACE_ATTACH for its child, and prints the results.
int main(void)
{
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            pause();
    }
    long const seized = ptrace(PTRACE_SEIZE, child, 0, 0);
    say("seize %ld errno %d\n", seized, seized ? errno : 0);
    long const attached = ptrace(PTRACE_ATTACH, child, 0, 0);
    say("attach %ld errno %d\n", attached, attached ? errno : 0);
    kill(child, SIGKILL);
    wait_and_say("the child", child, 0);
    return 0;
}
