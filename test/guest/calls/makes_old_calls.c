// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

// Makes system calls by their numbers on 32-bit x86. x86-64 does not have most of these calls. Some arguments are
// invalid.

struct action {
    void (*handler)(int);
    unsigned long mask, flags;
    void* restorer;
};

static char buffer[1024];

static void handle(int sig) { (void)sig; }

static void ask_files(int fd, void* bad)
{
    enum { oldstat = 18, oldfstat = 28, oldlstat = 84, readdir = 89, stat = 106, lstat = 107, fstat = 108, llseek = 140 };
    uint64_t offset = 7;
    syscall(stat, "/dev/null", buffer);
    syscall(stat, bad, bad);
    syscall(lstat, "/dev/null", buffer);
    syscall(fstat, fd, buffer);
    syscall(fstat, fd, bad);
    syscall(fstat, -1, buffer);
    syscall(oldstat, "/dev/null", buffer);
    syscall(oldlstat, "/no/such", NULL);
    syscall(oldfstat, -1, buffer);
    syscall(llseek, fd, 1, 2, &offset, 0);
    syscall(llseek, -1, -1, 2, &offset, 9);
    syscall(llseek, fd, 0, 0, bad, 1);
    int const folder = open("/", O_RDONLY | O_DIRECTORY);
    syscall(readdir, folder, buffer, 1);
    syscall(readdir, folder, bad, 1);
    syscall(readdir, -1, buffer, 1);
}

// Calls the forms of chown(2) that take user and group ids of 16 bits.
static void change_owners(void)
{
    enum { lchown = 16, fchown = 95, chown = 182 };
    syscall(lchown, "/no/such", 1, 65535);
    syscall(lchown, "/no/such", -1, -1);
    syscall(fchown, -1, 0x10001, 70000);
    syscall(chown, "/no/such", 3, 65534);
}

// The kind of notification decides which members of the union in struct sigevent are used. The kind 3 does not exist.
static void ask_to_be_notified(void)
{
    enum { mq_notify = 281 };
    struct {
        int value, signal, kind;
        void *function, *attributes;
        char rest[44];
    } how = {7, SIGUSR1, 0, (void*)0x1234, (void*)0x5678, {0}};
    for (how.kind = 0; how.kind < 5; ++how.kind)
        syscall(mq_notify, -1, &how);
}

static void fetch_arguments(void* bad)
{
    enum { select = 82, mmap = 90 };
    unsigned long map[6] = {0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 4096};
    unsigned long wait[5] = {3, (unsigned long)buffer, (unsigned long)(buffer + 128), 0, (unsigned long)(buffer + 256)};
    memset(buffer, 0, sizeof buffer);
    buffer[0] = 1;
    buffer[256] = 1;
    syscall(mmap, map);
    syscall(mmap, bad);
    syscall(mmap, NULL);
    syscall(select, wait);
    syscall(select, bad);
    wait[0] = -1;
    syscall(select, wait);
    wait[0] = 3;
    wait[1] = (unsigned long)bad;
    syscall(select, wait);
}

static void ask_signals(void* bad)
{
    enum { signal = 48, sigaction = 67, sgetmask = 68, ssetmask = 69, sigpending = 73, sigprocmask = 126 };
    unsigned long set = 0x202, old = 0;
    struct action action = {handle, 0x200, SA_RESTART | SA_SIGINFO, NULL}, before;
    syscall(signal, SIGUSR1, handle);
    syscall(signal, SIGUSR2, SIG_IGN);
    syscall(signal, SIGUSR2, SIG_DFL);
    syscall(signal, 99, 5);
    syscall(sigaction, SIGUSR1, &action, &before);
    syscall(sigaction, SIGUSR1, NULL, &before);
    syscall(sigaction, SIGUSR1, bad, NULL);
    syscall(sigaction, 99, NULL, NULL);
    syscall(sigprocmask, SIG_BLOCK, &set, &old);
    syscall(sigprocmask, 7, &set, &old);
    syscall(sigprocmask, SIG_UNBLOCK, bad, bad);
    syscall(sigprocmask, SIG_SETMASK, NULL, &old);
    syscall(sigpending, &old);
    syscall(sigpending, bad);
    syscall(ssetmask, 0x200);
    syscall(ssetmask, 0);
    syscall(sgetmask);
}

// Makes calls of ipc(2), and removes all objects that these calls create.
static void communicate(void)
{
    enum {
        ipc = 117,
        version = 0x10000,
        semop = 1,
        semget,
        semctl,
        semtimedop,
        msgsnd = 11,
        msgrcv,
        msgget,
        msgctl,
        shmat = 21,
        shmdt,
        shmget,
        shmctl
    };
    enum { ipc_64 = 0x100 };
    struct sembuf operations[2] = {{0, 1, 0}, {1, 1, IPC_NOWAIT}};
    struct {
        long type;
        char text[8];
    } message = {3, "hello"};
    struct {
        void* message;
        long type;
    } received = {&message, 0};
    struct {
        int seconds, nanoseconds;
    } time = {1, 2};
    int value = 3;
    unsigned long address = 0;

    int id = syscall(ipc, semget, IPC_PRIVATE, 2, IPC_CREAT | 0600);
    syscall(ipc, semop, id, 2, 0, operations, 0);
    syscall(ipc, semtimedop, id, 2, 0, operations, &time);
    syscall(ipc, semctl, id, 0, SETVAL | ipc_64, &value);
    syscall(ipc, semctl, id, 0, GETVAL | ipc_64, &value);
    syscall(ipc, semctl, id, 0, IPC_RMID | ipc_64, &value);

    id = syscall(ipc, msgget, IPC_PRIVATE, 0600, 0, 0, 0);
    syscall(ipc, msgsnd, id, 6, IPC_NOWAIT, &message, 0);
    syscall(ipc, msgrcv, id, 6, IPC_NOWAIT, &received, 0);
    syscall(ipc, msgrcv | version, id, 6, IPC_NOWAIT, &message, 0);
    syscall(ipc, msgctl, id, IPC_RMID | ipc_64, 0, 0, 0);

    id = syscall(ipc, shmget, IPC_PRIVATE, 4096, IPC_CREAT | 0600, 0, 0);
    syscall(ipc, shmat, id, SHM_RDONLY, &address, 0, 0);
    syscall(ipc, shmdt, 0, 0, 0, address, 0);
    syscall(ipc, shmctl, id, IPC_RMID | ipc_64, 0, 0, 0);

    syscall(ipc, 77, 1, 2, 3, 4, 5);
    syscall(ipc, semop, -1, 1, 0, 8, 0);
}

int main(void)
{
    enum { break_ = 17, stime = 25, ulimit = 58, oldolduname = 59, getrlimit = 76, olduname = 109, sysfs = 135 };
    void* const bad = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ask_files(open("/dev/null", O_RDONLY), bad);
    fetch_arguments(bad);
    ask_signals(bad);
    syscall(break_, 1, 2, 3);
    syscall(stime, bad);
    syscall(ulimit, 1, 2);
    syscall(oldolduname, buffer);
    syscall(olduname, bad);
    syscall(getrlimit, 3, buffer);
    syscall(sysfs, 3);
    communicate();
    change_owners();
    ask_to_be_notified();
    fcntl(-1, F_GETLK, buffer);
    return 0;
}
