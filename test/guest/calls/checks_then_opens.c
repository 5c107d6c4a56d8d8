// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Makes a file, checks with access(2) that it exists, and opens it, while a child removes the file. Prints the outcome.
int main(int argc, char** argv)
{
    must(argc == 2);
    char const* const file = argv[1];
    must(close(open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0666)) == 0);
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0)
        _exit(unlink(file) == 0 ? 0 : 1);
    if (access(file, R_OK) != 0)
        say("absent\n");
    else if (open(file, O_RDONLY | O_CLOEXEC) < 0)
        say("gone meanwhile\n");
    else
        say("opened\n");
    must(waitpid(child, NULL, 0) == child);
    return 0;
}
