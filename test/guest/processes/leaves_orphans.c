// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <dirent.h>

static pid_t number_after(char const* text, char const* label)
{
    char const* const at = strstr(text, label);
    return at ? (pid_t)atoi(at + strlen(label)) : -1;
}

// Number of zombies that are children of `parent`, or -1 if /proc shows no process.
static long zombies_of(pid_t parent)
{
    long found = -1;
    DIR* const all = opendir("/proc");
    for (struct dirent* each = all ? readdir(all) : NULL; each; each = readdir(all)) {
        char path[300], text[1024];
        snprintf(path, sizeof path, "/proc/%s/status", each->d_name);
        int const fd = atoi(each->d_name) > 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        if (fd < 0)
            continue;
        ssize_t const got = read(fd, text, sizeof text - 1);
        close(fd);
        if (got <= 0)
            continue;
        text[got] = '\0';
        found += found < 0;
        found += number_after(text, "PPid:") == parent && strstr(text, "State:\tZ") != NULL;
    }
    if (all)
        closedir(all);
    return found;
}

// Makes a grandchild, and lets the grandchild's parent end. With `early`, the grandchild ends first. Otherwise the grandchild
// writes to `to` only if `adopter` becomes its parent.
static void make_orphan(int early, pid_t adopter, int to)
{
    int gone[2];
    must(pipe(gone) == 0);
    pid_t const parent = fork();
    must(parent >= 0);
    if (parent != 0) {
        close(gone[0]);
        close(gone[1]);
        must(waitpid(parent, NULL, 0) == parent);
        return;
    }
    pid_t const first = getpid();
    pid_t const orphan = fork();
    must(orphan >= 0);
    if (orphan == 0) {
        char byte;
        close(gone[1]);
        if (!early) {
            must(read(gone[0], &byte, 1) == 0);
            while (getppid() == first)   // an ending parent closes the pipe before this process gets another parent
                sched_yield();
        }
        if (early || getppid() == adopter)
            must(write(to, "x", 1) == 1);
        _exit(0);
    }
    siginfo_t end;
    if (early)
        must(waitid(P_PID, (id_t)orphan, &end, WEXITED | WNOWAIT) == 0);
    _exit(0);
}

// Makes `total` orphans, and waits until they have ended and `adopter` has no zombie child. Prints how many orphans wrote a byte
// (see make_orphan).
static void leave_orphans(long total, pid_t adopter)
{
    int ends[2];
    must(pipe(ends) == 0);
    for (long i = 0; i < total; ++i)
        make_orphan(i % 2 == 0, adopter, ends[1]);
    close(ends[1]);
    long ended = 0;
    for (char byte; read(ends[0], &byte, 1) == 1;)
        ++ended;
    long zombies;
    while ((zombies = zombies_of(adopter)) > 0)
        sched_yield();
    say("orphans %ld zombies %ld\n", ended, zombies);
}

// With a second argument, a child leaves the orphans, while this process makes system calls.
int main(int argc, char** argv)
{
    long const total = argument(argc, argv, 1, 10);
    pid_t const adopter = getppid();
    pid_t const worker = argc > 2 ? fork() : 0;
    must(worker >= 0);
    if (worker == 0) {
        leave_orphans(total, adopter);
        return 0;
    }
    int status;
    while (waitpid(worker, &status, WNOHANG) == 0)
        be_busy(100);
    return WEXITSTATUS(status);
}
