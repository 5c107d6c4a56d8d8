// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

static void report_signal(int sig, siginfo_t* info, void* context)
{
    (void)context;
    say("handled %d code %#x\n", sig, info->si_code);
}

// Sends itself SIGTRAP and SIGUSR1 with each si_code that the kernel uses for these ptrace-stops: syscall-stop,
// PTRACE_EVENT_SECCOMP, PTRACE_EVENT_EXEC, PTRACE_EVENT_EXIT and PTRACE_EVENT_STOP.
int main(void)
{
    static int const codes[] = {SIGTRAP | 0x80, SIGTRAP | 7 << 8, SIGTRAP | 4 << 8, SIGTRAP | 6 << 8, SIGTRAP | 128 << 8};
    on_signal(SIGTRAP, report_signal, 0);
    on_signal(SIGUSR1, report_signal, 0);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; ++i) {
        siginfo_t info = {.si_code = codes[i]};
        be_busy(100);
        must(syscall(SYS_rt_sigqueueinfo, getpid(), SIGTRAP, &info) == 0);
        be_busy(100);
        must(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, &info) == 0);
    }
    return 0;
}
