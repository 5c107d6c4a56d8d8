// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/prctl.h>

// Makes 50 children, with a few system calls before each of them. The children sleep until this process ends.
int main(void)
{
    pid_t const self = getpid();
    for (int i = 0; i < 50; ++i) {
        for (int each = 0; each < 20; ++each)
            (void)syscall(SYS_getppid);
        pid_t const child = fork();
        must(child >= 0);
        if (child == 0) {
            must(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
            while (getppid() == self)   // the parent may have ended before prctl(2), and then no signal comes
                pause();
            _exit(0);
        }
    }
    for (;;)
        pause();
}
