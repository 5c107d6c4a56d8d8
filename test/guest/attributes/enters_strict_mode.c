// SPDX-License-Identifier: BSL-1.0
// Enters the strict mode of seccomp(2), writes a line, and exits with status 0. With an argument, first calls getppid(2), for
// which the kernel kills the process.
#include <errno.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int count, char** words)
{
    (void)words;
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
        return errno;
    if (write(1, "strict\n", 7) != 7)
        return 125;
    if (count > 1)
        syscall(SYS_getppid);
    syscall(SYS_exit, 0);   // strict mode does not allow exit_group(2), which exit() calls
}
