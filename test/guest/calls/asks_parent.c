// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Calls getppid(2), and compares the result with the parent's id in /proc/self/stat.
int main(void)
{
    char path[64], text[256];
    read_text("/proc/self/stat", text, sizeof text);
    long const truth = strtol(strrchr(text, ')') + 4, NULL, 10);
    errno = 0;
    long const ret = syscall(SYS_getppid);
    snprintf(path, sizeof path, "%ld", ret);
    say("getppid %s errno %d\n", ret == truth ? "the parent's" : path, errno);
    return 0;
}
