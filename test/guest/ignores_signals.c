// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Ignored signals, by choice (SIGUSR1) and by default (SIGURG, SIGWINCH), change nothing.
int main(void)
{
    signal(SIGUSR1, SIG_IGN);
    must(kill(getpid(), SIGUSR1) == 0 && kill(getpid(), SIGURG) == 0 && kill(getpid(), SIGWINCH) == 0);
    say("alive\n");
    return 0;
}
