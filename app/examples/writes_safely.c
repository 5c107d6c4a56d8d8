// SPDX-License-Identifier: BSL-1.0
// writes_safely FILE TEXT: replaces the content of FILE by TEXT. FILE keeps its old
// content until rename(2) has succeeded. A failure makes the exit status nonzero. A sweep
// with app/examples/fault_sweep.cpp finds no fault.
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int write_all(int fd, char const* text, size_t length)
{
    while (length > 0) {
        ssize_t const done = write(fd, text, length);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return -1;
        text += done;
        length -= (size_t)done;
    }
    return 0;
}

// Writes the folder of `file` to the disk, because rename(2) has changed the folder.
static int sync_folder_of(char const* file)
{
    char path[4096];
    snprintf(path, sizeof path, "%s", file);
    int const folder = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return -1;
    int const failed = fsync(folder);
    close(folder);
    return failed;
}

int main(int argc, char** argv)
{
    if (argc != 3)
        return 2;
    char temporary[4096];
    snprintf(temporary, sizeof temporary, "%s.new", argv[1]);
    int const fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return 1;
    int failed = write_all(fd, argv[2], strlen(argv[2])) | fsync(fd);
    failed |= close(fd);   // called exactly once: Linux closes the descriptor even if close(2) fails
    if (failed || rename(temporary, argv[1]) != 0) {
        unlink(temporary);
        return 1;
    }
    return sync_folder_of(argv[1]) == 0 ? 0 : 1;
}
