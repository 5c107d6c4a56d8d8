// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>

static pthread_barrier_t filtered;

static void* call_denied(void* unused)
{
    pthread_barrier_wait(&filtered);
    close(open("/dev/null", O_RDONLY));
    errno = 0;
    long const ret = syscall(SYS_getppid);
    say("returned %s errno %d\n", ret == -1 ? "-1" : "another", errno);
    return unused;
}

// The first thread loads a seccomp filter for all threads (SECCOMP_FILTER_FLAG_TSYNC), which makes getppid(2) fail with EXDEV in
// the second thread.
int main(void)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EXDEV),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog const program = {sizeof rules / sizeof *rules, rules};
    pthread_t thread;
    must(pthread_barrier_init(&filtered, NULL, 2) == 0);
    must(pthread_create(&thread, NULL, call_denied, NULL) == 0);
    must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0);
    pthread_barrier_wait(&filtered);
    pthread_join(thread, NULL);
    return 0;
}
