// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/prctl.h>
#include <sys/stat.h>

// Prints attributes that a tracer might change in a process: parent death signal, dumpable flag, no_new_privs, umask.
int main(void)
{
    int death = -1;
    must(prctl(PR_GET_PDEATHSIG, &death) == 0);
    say("parent death signal %d\n", death);
    say("dumpable %d\n", prctl(PR_GET_DUMPABLE));
    say("no new privileges %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    say("umask %o\n", (unsigned)umask(0));
    return 0;
}
