// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// SIGKILL ends a stopped child without continuing it.
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
