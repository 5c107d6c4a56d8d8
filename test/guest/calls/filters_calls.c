// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

static void report_signal(int sig, siginfo_t* info, void* context)
{
    (void)context;
    say("handled %d code %d call %s errno %d\n", sig, info->si_code, info->si_syscall == SYS_getppid ? "getppid" : "another",
        info->si_errno);
}

// Installs a seccomp filter with an action for getppid(2), "trap", "errno", "trace" or "kill", and calls getppid(2).
int main(int argc, char** argv)
{
    must(argc > 1);
    uint32_t const action = strcmp(argv[1], "trap") == 0    ? SECCOMP_RET_TRAP | 7
                            : strcmp(argv[1], "errno") == 0 ? SECCOMP_RET_ERRNO | EXDEV
                            : strcmp(argv[1], "trace") == 0 ? SECCOMP_RET_TRACE | 3
                                                            : SECCOMP_RET_KILL_PROCESS;
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, action),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog const program = {sizeof rules / sizeof *rules, rules};
    on_signal(SIGSYS, report_signal, 0);
    must(prctl(PR_SET_DUMPABLE, 0) == 0);   // prevents a core dump when SIGSYS kills this process
    must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0);
    errno = 0;
    long const ret = syscall(SYS_getppid);
    say("returned %s errno %d\n", ret == -1 ? "-1" : "another", errno);
    return 0;
}
