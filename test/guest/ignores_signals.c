// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Sends itself signals that are ignored by SIG_IGN (SIGUSR1) and by default (SIGURG, SIGWINCH), and runs on.
int main(void)
{
    signal(SIGUSR1, SIG_IGN);
    must(kill(getpid(), SIGUSR1) == 0 && kill(getpid(), SIGURG) == 0 && kill(getpid(), SIGWINCH) == 0);
    say("alive\n");
    return 0;
}
