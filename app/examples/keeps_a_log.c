// SPDX-License-Identifier: BSL-1.0
// keeps_a_log FILE TRIES: appends twenty lines to FILE. The program exits with status 1
// if writing a line has failed TRIES times. With TRIES 0, write errors are ignored. Run
// this program with app/examples/flaky_disk.cpp.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char** argv)
{
    if (argc != 3)
        return 2;
    int const tries = atoi(argv[2]);
    int const fd = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0)
        return 1;
    for (int number = 1; number <= 20; ++number) {
        char line[32];
        int const length = snprintf(line, sizeof line, "line %d\n", number);
        int made = 0;
        while (write(fd, line, (size_t)length) != length)
            if (++made >= tries)
                break;
        if (tries > 0 && made >= tries)
            return 1;
    }
    return close(fd) == 0 ? 0 : 1;
}
