// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

/// Whether this process has a tracer.
static int is_traced(void)
{
    char text[4096];
    read_text("/proc/self/status", text, sizeof text);
    char const* const field = strstr(text, "TracerPid:");
    must(field);
    return atoi(field + strlen("TracerPid:")) != 0;
}

// Makes a child with CLONE_PTRACE, by clone(2) with more flags in the argument, or with two arguments by clone3(2) with a
// read-only structure.
int main(int argc, char** argv)
{
    uint64_t const flags = CLONE_PTRACE | (uint64_t)argument(argc, argv, 1, 0);
    static struct first_clone_args const by_clone3
        __attribute__((section(".rodata"))) = {.flags = CLONE_PTRACE, .exit_signal = SIGCHLD};
    pid_t const child =
        (pid_t)(argc > 2 ? syscall(SYS_clone3, &by_clone3, sizeof by_clone3) : syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0));
    must(child >= 0);
    if (child == 0) {
        say("traced %d\n", is_traced());
        _exit(12);
    }
    if (argc > 2)
        say("flags unchanged %d\n", ((struct first_clone_args const volatile*)&by_clone3)->flags == CLONE_PTRACE);
    wait_and_say("the child", child, 0);
    return 0;
}
