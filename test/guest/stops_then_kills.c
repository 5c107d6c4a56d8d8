// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Kills a stopped child, which ends without being continued.
int main(void)
{
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        raise(SIGSTOP);
        say("must not run\n");
        _exit(0);
    }
    wait_and_say("the child", child, WUNTRACED | WCONTINUED);
    must(kill(child, SIGKILL) == 0);
    wait_and_say("the child", child, WUNTRACED | WCONTINUED);
    return 0;
}
