// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Prints whether this process is the leader of its process group and of its session.
int main(void)
{
    say("%s process group\n", getpgrp() == getpid() ? "leads its" : "is in another's");
    say("%s session\n", getsid(0) == getpid() ? "leads its" : "is in another's");
    return 0;
}
