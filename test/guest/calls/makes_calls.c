// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <linux/aio_abi.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/openat2.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/xattr.h>

// makes_calls TOPIC: makes the system calls of one topic, with usual and with wrong arguments. Makes files only in its working
// directory.

// i386 has the calls on the right in place of those on the left. Calls of SYS_semop must pass a fourth argument, the timeout.
#ifdef __i386__
#define SYS_newfstatat SYS_fstatat64
#define SYS_semop SYS_semtimedop_time64
#define SYS_semtimedop SYS_semtimedop_time64
#endif

// Makes a call. aarch64 and riscv64 lack some old calls, which are therefore between #ifdef and #endif.
#define call(name, ...) syscall(SYS_##name __VA_OPT__(, ) __VA_ARGS__)

static char* bad;   // address of an unreadable page that follows a readable page
static char buffer[4096];

#include "guest/calls/file_calls.h"

static void memory(void)
{
    long const page = call(mmap, NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0L);
    call(mmap, 16, 0, 0x40, 0x123, 77, 4096L);
    call(mprotect, page, 4096, PROT_READ | PROT_EXEC);
    call(mprotect, 1, 2, PROT_GROWSDOWN);
    call(madvise, page, 4096, MADV_DONTNEED);
    call(madvise, page, 4096, MADV_HUGEPAGE);
    call(madvise, page, 4096, 12345);
    call(mincore, page, 3 * 4096, buffer);
    call(mlock, page, 4096);
    call(mlock2, page, 4096, 1);
    call(munlock, page, 4096);
    call(mlockall, 0x10);
    call(msync, page, 4096, MS_SYNC | MS_INVALIDATE);
    call(mremap, page, 4096, 8192, MREMAP_MAYMOVE);
    call(mremap, page + 4096, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, 1);
    call(brk, 0);
    call(memfd_create, "name", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    call(memfd_create, "name", 0x100);
    call(munmap, page, 4096);
    call(munmap, 1, 2);
    call(pkey_alloc, 0, 1);
    call(pkey_mprotect, page, 4096, PROT_READ, -1);
    call(pkey_free, 1000);
    call(get_mempolicy, buffer, buffer + 8, 64, 0, 0);
    call(mbind, page, 4096, 0, NULL, 0, 0);
    call(set_mempolicy, 0, NULL, 0);
    call(process_vm_readv, getpid(), &(struct iovec){buffer, 5}, 1, &(struct iovec){"hello", 5}, 1, 0);
    call(process_madvise, -1, &(struct iovec){buffer, 5}, 1, MADV_COLD, 0);
    call(userfaultfd, 0x12);
    call(membarrier, 0, 0, 0);
    call(membarrier, 8, 1, 2);
    call(remap_file_pages, page, 4096, 0, 1, 0);
}

static void clocks(void)
{
    struct timespec now = {0, 1000000};
    struct itimerspec timer = {{0, 0}, {2000000000, 5}};
    struct itimerval interval = {{1, 2}, {3, 4}};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 7};
    struct rusage used;
    int id = 0;

    call(clock_gettime, CLOCK_REALTIME, &now);
    call(clock_gettime, CLOCK_PROCESS_CPUTIME_ID, bad);
    call(clock_gettime, -6, &now);
    call(clock_gettime, 12345, &now);
    call(clock_getres, CLOCK_MONOTONIC_RAW, &now);
    call(clock_nanosleep, CLOCK_BOOTTIME, TIMER_ABSTIME, &(struct timespec){0, 1}, NULL);
    call(nanosleep, &(struct timespec){0, 1000}, NULL);
    call(nanosleep, &(struct timespec){-1, 1000000000}, &now);
    call(nanosleep, bad, NULL);
    call(gettimeofday, buffer, NULL);
    call(clock_adjtime, CLOCK_REALTIME, bad);
    call(adjtimex, bad);
    call(getitimer, ITIMER_VIRTUAL, &interval);
    call(setitimer, ITIMER_PROF, &(struct itimerval){{1, 2}, {3000, 4}}, &interval);
    call(setitimer, 9, &interval, NULL);
    call(timer_create, CLOCK_MONOTONIC, &event, &id);
    call(timer_settime, id, 0, &timer, NULL);
    call(timer_settime, id, TIMER_ABSTIME, &timer, &timer);
    call(timer_gettime, id, bad);
    call(timer_getoverrun, id);
    call(timer_delete, id);
    call(timer_delete, 12345);
    call(timer_create, 99, NULL, bad);
    struct sigevent by_thread = {.sigev_notify = SIGEV_THREAD};
    memcpy(&by_thread.sigev_notify_function, &bad, sizeof bad);
    call(timer_create, 99, &by_thread, bad);
    long const fd = call(timerfd_create, CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    call(timerfd_settime, fd, TFD_TIMER_ABSTIME, &(struct itimerspec){{0, 0}, {1, 0}}, NULL);
    call(timerfd_settime, -1, 7, &timer, &timer);
    call(timerfd_gettime, -1, &timer);
    call(getrusage, RUSAGE_SELF, &used);
    call(getrusage, 12, &used);
    call(times, bad);
#ifdef SYS_alarm
    call(alarm, 100);
    call(alarm, 0);
#endif
}

static void handle(int sig) { (void)sig; }

static void signals(void)
{
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART | SA_ONSTACK | SA_NODEFER};
    sigset_t set;
    stack_t stack = {.ss_sp = buffer, .ss_flags = 0, .ss_size = sizeof buffer};
    siginfo_t info;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGRTMIN + 3);
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    call(rt_sigaction, 77, NULL, &action, 8);
    call(rt_sigaction, SIGINT, bad, NULL, 8);
    call(rt_sigaction, SIGINT, NULL, NULL, 3);
    call(rt_sigprocmask, SIG_BLOCK, &set, buffer, 8);
    call(rt_sigprocmask, 77, &set, NULL, 8);
    call(rt_sigprocmask, SIG_SETMASK, bad, NULL, 8);
    call(tgkill, getpid(), getpid(), SIGUSR1);
    call(rt_sigpending, buffer, 8);
    call(rt_sigtimedwait, &set, &info, &(struct timespec){0, 1}, 8);
    call(rt_sigtimedwait, &set, &info, &(struct timespec){0, 1}, 8);
    call(rt_sigtimedwait, &set, bad, NULL, 3);
    call(kill, getpid(), 0);
    call(kill, 0, SIGRTMIN + 5000);
    call(tkill, 0, SIGUSR2);
    call(sigaltstack, &stack, NULL);
    call(sigaltstack, NULL, &stack);
    call(sigaltstack, bad, NULL);
    long const fd = call(signalfd4, -1, &set, 8, SFD_NONBLOCK | SFD_CLOEXEC);
    call(signalfd4, fd, bad, 8, 0);
    call(rt_sigprocmask, SIG_UNBLOCK, &set, NULL, 8);
    call(kill, getpid(), SIGUSR1);
    info.si_signo = SIGUSR2;
    info.si_code = SI_QUEUE;
    info.si_value.sival_int = 12;
    call(rt_sigqueueinfo, getpid(), SIGUSR2, &info);
    call(rt_tgsigqueueinfo, getpid(), getpid(), SIGUSR2, bad);
    call(pidfd_send_signal, -1, SIGUSR1, NULL, 0);
}

static void use_ids(void)
{
    int groups[2];

    call(getpid);
    call(gettid);
    call(getpgid, 0);
    call(getsid, 12345678);
    call(setpgid, -1, 5);
    call(getresuid, groups, groups, groups);
    call(getresgid, bad, bad, bad);
    call(setresuid, -1, -1, -1);
    call(setreuid, -1, -1);
    call(getgroups, 0, NULL);
    call(getgroups, 2, groups);
    call(setgroups, 100000, bad);
}

static void use_limits_and_scheduling(void)
{
    struct rlimit limit = {100, RLIM_INFINITY};
    struct utsname name;
    struct sched_param priority = {0};

    call(getpriority, PRIO_PROCESS, 0);
    call(setpriority, PRIO_USER, -5, 30);
    call(setpriority, 9, 0, 0);
    call(prlimit64, 0, RLIMIT_CORE, NULL, buffer);
    call(prlimit64, -1, RLIMIT_NPROC, bad, NULL);
    call(setrlimit, RLIMIT_CORE, &limit);
    call(getrlimit, 77, &limit);
    call(uname, &name);
    call(uname, bad);
    call(sched_getscheduler, 0);
    call(sched_getparam, 0, &priority);
    call(sched_setscheduler, 0, 77, &priority);
    call(sched_get_priority_max, SCHED_FIFO);
    call(sched_rr_get_interval, 0, bad);
    call(sched_getaffinity, 0, 8, bad);
    call(sched_setaffinity, -1, 8, buffer);
    call(sched_getattr, 0, buffer, 48, 0);
    call(sched_setattr, -1, buffer, 0);
    call(sched_yield);
}

static void use_privileges_and_settings(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct capabilities[2];

    call(capget, &header, capabilities);
    call(capset, &header, bad);
    call(prctl, PR_GET_DUMPABLE);
    call(prctl, PR_SET_NAME, "a name that is too long");
    call(prctl, PR_GET_NAME, buffer);
    call(prctl, PR_SET_PDEATHSIG, SIGUSR1);
    call(prctl, PR_GET_PDEATHSIG, buffer);
    call(prctl, PR_CAPBSET_READ, CAP_NET_RAW);
    call(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    call(prctl, PR_SET_MM, 12, 13, 14, 15);
    call(prctl, PR_GET_SECUREBITS);
    call(prctl, 12345, 1, 2, 3, 4);
    call(personality, 0xffffffff);
    call(ioprio_get, 1, 0);
    call(kcmp, getpid(), getpid(), 0, 0, 0);
    call(seccomp, 2, 0, bad);
    call(seccomp, 77, 3, NULL);
    call(unshare, 0x40);
    call(setns, -1, 0x20000000);
    call(getcpu, bad, NULL, NULL);
    call(set_tid_address, NULL);
    call(ptrace, 77, 1, 2, 3);
}

static void make_children(void)
{
    siginfo_t info;
    int status = 0;

    call(execve, "/no/such", (char*[]){"one", "two", NULL}, (char*[]){"A=b", NULL});
    call(execve, "/no/such", bad, NULL);
    call(execveat, -1, "no", (char*[]){"one", NULL}, NULL, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
    long const child = fork();
    if (child == 0)
        _exit(7);
    call(waitid, P_PID, (int)child, &info, WEXITED | WNOWAIT, NULL);
    call(wait4, (int)child, &status, __WALL, NULL);
    call(wait4, -1, &status, WNOHANG | WUNTRACED, NULL);
    call(waitid, P_ALL, 0, bad, WEXITED | WSTOPPED, NULL);
    call(pidfd_open, getpid(), 0);
    call(pidfd_open, -1, 77);
    call(pidfd_getfd, -1, 5, 0);
    call(clone3, bad, 88);
    call(clone3, buffer, 8);
}

static void processes(void)
{
    use_ids();
    use_limits_and_scheduling();
    use_privileges_and_settings();
    make_children();
    call(set_robust_list, bad, 24);
    call(syslog, 10, NULL, 0);
    call(add_key, "user", "name", "value", 5, -1);
    call(keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_THREAD_KEYRING, 0);
    call(keyctl, 77, 1, 2, 3, 4);
    call(request_key, "user", "no such", NULL, 0);
    call(bpf, 0, bad, 48);
    call(perf_event_open, bad, 0, -1, -1, 8);
    call(landlock_create_ruleset, NULL, 0, 1);
    call(io_uring_setup, 1, bad);
    call(io_setup, 1, bad);
    call(getrandom, bad, 5, 1);
#ifdef SYS_modify_ldt
    call(modify_ldt, 0, buffer, 16);
    call(arch_prctl, 0x1003, buffer);
#endif
}

static void poll_descriptors(void)
{
    struct pollfd polled[2] = {{0, POLLIN | POLLPRI, 0}, {1, POLLOUT | POLLWRBAND, 0}};
    struct epoll_event events[2] = {{.events = EPOLLIN | EPOLLET | EPOLLONESHOT, .data.u64 = 0x100000002}};
    fd_set one, other;

#ifdef SYS_poll
    call(poll, polled, 2, 0);
    call(poll, bad, 2, 0);
#endif
    call(ppoll, polled, 1, &(struct timespec){0, 5}, NULL, 8);
    FD_ZERO(&one);
    FD_SET(0, &one);
    FD_ZERO(&other);
    FD_SET(1, &other);
    FD_SET(2, &other);
#ifdef SYS_select
    call(select, 3, &one, &other, NULL, &(struct timeval){1, 0});
    call(select, -1, &one, NULL, bad, NULL);
#endif
    call(pselect6, 3, NULL, &other, &one, &(struct timespec){0, 5}, NULL);
    long const set = call(epoll_create1, EPOLL_CLOEXEC);
    call(epoll_ctl, set, EPOLL_CTL_ADD, 0, events);
    call(epoll_ctl, set, EPOLL_CTL_MOD, -1, bad);
    call(epoll_ctl, set, EPOLL_CTL_DEL, 7, NULL);
#ifdef SYS_epoll_wait
    call(epoll_wait, set, events, 2, 0);
#endif
    call(epoll_pwait, set, events, 2, 0, NULL, 8);
    call(epoll_pwait2, -1, events, 2, &(struct timespec){0, 1}, NULL, 8);
    call(eventfd2, 5, 0x800);
}

static void use_futexes(void)
{
    int word = 1;

    call(futex, &word, FUTEX_WAIT, 2, NULL);
    call(futex, &word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1);
    call(futex, &word, FUTEX_CMP_REQUEUE, 1, 2, &word, 3);
    call(futex, &word, FUTEX_WAKE_OP, 1, 1, &word, 0x1000001);
    call(futex, &word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 1, &(struct timespec){1, 0}, NULL, 0xff);
    call(futex, &word, 77, 1, 2, 3, 4);
}

static void use_ipc(void)
{
    struct sembuf operations[2] = {{0, 1, IPC_NOWAIT}, {1, -1, IPC_NOWAIT | SEM_UNDO}};
    struct {
        long type;
        char text[8];
    } message = {5, "message"};
    struct msqid_ds queue;
    struct shmid_ds segment;

    long id = call(semget, IPC_PRIVATE, 2, IPC_CREAT | 0600);
    call(semop, id, operations, 2, NULL);
    call(semctl, id, 0, SETVAL, 3);
    call(semctl, id, 0, GETVAL, 0);
    call(semctl, id, 0, IPC_RMID, 0);
    call(semget, 0x1234, 0, 0);
    call(semtimedop, -1, operations, 1, &(struct timespec){1, 2});
    id = call(msgget, IPC_PRIVATE, 0600);
    call(msgsnd, id, &message, 7, IPC_NOWAIT);
    call(msgctl, id, IPC_STAT, &queue);
    call(msgrcv, id, &message, 7, 0L, MSG_NOERROR);
    call(msgrcv, id, &message, 7, -5L, IPC_NOWAIT);
    call(msgctl, id, IPC_RMID, NULL);
    id = call(shmget, IPC_PRIVATE, 4096, IPC_CREAT | 0640);
    call(shmctl, id, IPC_STAT, &segment);
    call(shmat, id, NULL, SHM_RDONLY);
    call(shmctl, id, IPC_RMID, NULL);
    call(shmdt, 12345);
    call(mq_open, "no such", O_RDWR | O_CREAT, 0600, bad);
    call(mq_unlink, "no such");
    call(mq_timedsend, -1, "message", 7, 3, &(struct timespec){1, 2});
    call(mq_notify, -1, NULL);
    call(mq_getsetattr, -1, NULL, buffer);
}

static void use_sockets(void)
{
    int word = 1;
    int ends[2];
    struct sockaddr_storage sender;
    struct iovec part = {buffer, 50};
    struct mmsghdr many[2] = {{.msg_hdr = {.msg_name = &sender, .msg_namelen = sizeof sender, .msg_iov = &part, .msg_iovlen = 1}},
                              {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}}};
    call(socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends);
    call(write, ends[1], "one", 3);
    call(write, ends[1], "three", 5);
    call(recvmmsg, ends[0], many, 2, 0, &(struct timespec){5, 1});
    call(recvmmsg, ends[0], many, 2, 0, NULL);
    call(recvmmsg, -1, many, 2, MSG_PEEK, NULL);
    call(socket, AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    call(socket, 77, 88, 99);
    call(shutdown, -1, SHUT_RDWR);
    call(listen, -1, 5);
    call(accept4, -1, bad, bad, SOCK_CLOEXEC);
    call(sendto, -1, "text", 4, MSG_DONTROUTE | MSG_MORE, bad, 16);
    call(recvfrom, -1, buffer, 4, MSG_PEEK | MSG_TRUNC, NULL, NULL);
    call(sendmmsg, -1, bad, 2, MSG_OOB);
    call(setsockopt, -1, SOL_SOCKET, SO_SNDBUF, &word, 4);
    call(getsockopt, -1, IPPROTO_IP, 77, &word, &word);
}

static void meetings(void)
{
    poll_descriptors();
    use_futexes();
    use_ipc();
    use_sockets();
}

int main(int argc, char** argv)
{
    static struct {
        char const* name;
        void (*calls)(void);
    } const topics[] = {
        {"clocks", clocks}, {"files", files},         {"meetings", meetings},
        {"memory", memory}, {"processes", processes}, {"signals", signals},
    };
    bad = (char*)mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + 4096;
    must(mprotect(bad, 4096, PROT_NONE) == 0);
    for (size_t i = 0; i < sizeof topics / sizeof *topics; ++i)
        if (argc == 2 && strcmp(argv[1], topics[i].name) == 0) {
            topics[i].calls();
            return 0;
        }
    return 1;
}
