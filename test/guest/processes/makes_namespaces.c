// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

static void say_namespace(long process, char const* kind)
{
    char path[64];
    char name[64] = "";
    snprintf(path, sizeof path, "/proc/%ld/ns/%s", process, kind);
    must(readlink(path, name, sizeof name - 1) > 0);
    say("%s\n", name);
}

// Makes children in new namespaces by clone(2) and clone3(2), and changes its own uts namespace. Prints the name of each
// namespace.
int main(void)
{
    int const before = open("/proc/self/ns/uts", O_RDONLY);
    must(before >= 0);
    for (int way = 0; way < 2; ++way) {
        int ends[2];
        must(pipe(ends) == 0);
        struct first_clone_args how = {.flags = CLONE_NEWUTS | CLONE_NEWIPC, .exit_signal = SIGCHLD};
        long const child = way == 0 ? syscall(SYS_clone, how.flags | SIGCHLD, 0, 0, 0, 0) : syscall(SYS_clone3, &how, sizeof how);
        if (child < 0)
            return 77;
        if (child == 0) {
            close(ends[1]);
            char byte;
            while (read(ends[0], &byte, 1) < 0)
                ;
            _exit(0);
        }
        say_namespace(child, "ipc");
        say_namespace(child, "uts");
        close(ends[1]);   // now the child ends
        must(waitpid((pid_t)child, NULL, 0) == child);
        close(ends[0]);
    }
    must(unshare(CLONE_NEWUTS) == 0);
    say_namespace(getpid(), "uts");
    must(setns(before, CLONE_NEWUTS) == 0);
    say_namespace(getpid(), "uts");
    must(setns(before, 0) == 0);
    say_namespace(getpid(), "uts");
    return 0;
}
