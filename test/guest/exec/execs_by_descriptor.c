// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Opens the program that the first argument names, and executes it by its file descriptor: execveat(2) with
// AT_EMPTY_PATH.
int main(int argc, char** argv)
{
    must(argc > 1);
    int const fd = open(argv[1], O_PATH | O_CLOEXEC);
    must(fd >= 0);
    syscall(SYS_execveat, fd, "", argv + 1, environ, AT_EMPTY_PATH);
    say("errno %d\n", errno);
    return 1;
}
