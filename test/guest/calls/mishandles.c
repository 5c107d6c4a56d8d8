// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <time.h>

// mishandles NAME FILE: runs the function NAME with FILE. Most functions have a mistake that has an effect only if a system call
// fails.

static char const content[] = "content\n";

// Reads through a null pointer if open fails.
static int crashes(char const* file)
{
    FILE* const from = fopen(file, "r");
    return *(volatile char*)from == 0 ? 1 : 0;
}

// Waits for ever if write fails.
static int hangs(char const* file)
{
    int const fd = open(file, O_WRONLY | O_CREAT, 0666);
    if (fd < 0)
        return 1;
    if (write(fd, content, sizeof content - 1) < 0)
        for (;;)
            pause();
    return 0;
}

// Writes to standard output without end if its write to the file fails.
static int floods(char const* file)
{
    static char const filler[1 << 16] = {'x'};
    int const fd = open(file, O_WRONLY | O_CREAT, 0666);
    if (fd < 0)
        return 1;
    if (write(fd, content, sizeof content - 1) < 0)
        while (write(STDOUT_FILENO, filler, sizeof filler) > 0) {
        }
    return 0;
}

// Ignores the result of write(2).
static int claims(char const* file)
{
    int const fd = open(file, O_WRONLY | O_CREAT, 0666);
    if (fd < 0)
        return 1;
    ssize_t const ignored = write(fd, content, sizeof content - 1);
    (void)ignored;
    return 0;
}

// Leaves its temporary file behind if write fails.
static int leaks(char const* file)
{
    char temporary[4096];
    snprintf(temporary, sizeof temporary, "%s/mine", getenv("TMPDIR"));
    int const fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (fd < 0)
        return 1;
    if (write(fd, content, sizeof content - 1) < 0)
        return 1;
    unlink(temporary);
    return open(file, O_WRONLY | O_CREAT, 0666) < 0 ? 1 : 0;
}

// Reports a failure of write, but O_TRUNC has already removed the file's content.
static int damages(char const* file)
{
    int const fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0)
        return 1;
    return write(fd, content, sizeof content - 1) < 0 ? 1 : 0;
}

// Makes no mistake: reports each failure.
static int nothing(char const* file)
{
    int const fd = open(file, O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (fd < 0)
        return 1;
    if (write(fd, content, sizeof content - 1) < 0) {
        unlink(file);
        return 1;
    }
    return 0;
}

// Makes two children, and ignores the exit statuses of both. The second child ignores the result of write(2).
static int in_child(char const* file)
{
    for (int i = 0; i < 2; ++i) {
        pid_t const child = fork();
        if (child == 0)
            _exit(i == 0 ? nothing("other") : claims(file));
        if (child < 0)
            return 1;
        // One child runs after the other, so that the order of calls is fixed.
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    return 0;
}

// Makes a child that crashes if open fails, and reports the crash by the exit status of the parent.
static int crashes_in_child(char const* file)
{
    pid_t const child = fork();
    if (child == 0)
        _exit(crashes(file));
    int status = 0;
    return child < 0 || waitpid(child, &status, 0) != child || status != 0;
}

// Writes different content to the file, and different output, in each run.
static int varies(char const* file)
{
    int const fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0)
        return 1;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    say("%ld\n", now.tv_nsec);
    return write(fd, &now, sizeof now) < 0 ? 1 : 0;
}

static int hangs_anyway(char const* file)
{
    (void)file;
    while (pause() != 0) {
    }
    return 0;
}

static int dies_anyway(char const* file)
{
    (void)file;
    raise(SIGTERM);
    return 0;
}

int main(int argc, char** argv)
{
    static struct {
        char const* name;
        int (*run)(char const*);
    } const all[] = {
        {"claims", claims},   {"crashes", crashes},           {"crashes_in_child", crashes_in_child},
        {"damages", damages}, {"dies_anyway", dies_anyway},   {"floods", floods},
        {"hangs", hangs},     {"hangs_anyway", hangs_anyway}, {"in_child", in_child},
        {"leaks", leaks},     {"nothing", nothing},           {"varies", varies},
    };
    must(argc == 3);
    for (size_t i = 0; i < sizeof all / sizeof *all; ++i)
        if (strcmp(argv[1], all[i].name) == 0)
            return all[i].run(argv[2]);
    return 98;
}
