// SPDX-License-Identifier: BSL-1.0
#include "guest.h"

// Prints whether it leads its process group and its session.
int main(void)
{
    say("%s process group\n", getpgrp() == getpid() ? "leads its" : "is in another's");
    say("%s session\n", getsid(0) == getpid() ? "leads its" : "is in another's");
    return 0;
}
