// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { longest = 8192 };

/// The line "Cpus_allowed:" of /proc/self/status, as the first thread read it at the start of the program.
static char expected[longest];
static int only_late;   // 1: try_all() opens the status file only after many system calls; 0: also before them

static void call_often(void)
{
    for (int i = 0; i < 100; ++i)
        must(close(open("/dev/null", O_RDONLY | O_CLOEXEC)) == 0);
}

// Ways to open the status file of the calling process or of the calling thread.

static int absolute(void) { return open("/proc/self/status", O_RDONLY); }
static int two_slashes(void) { return open("//proc/self/status", O_RDONLY); }
static int through_links(void) { return open("/dev/fd/../task/../status", O_RDONLY); }
static int of_thread(void) { return open("/proc/thread-self/status", O_RDONLY); }

static int relative(void)
{
    must(chdir("/proc") == 0);
    int const file = open("self/status", O_RDONLY);
    must(chdir("/") == 0);
    return file;
}

static int beneath(char const* folder, char const* path)
{
    int const at = open(folder, O_RDONLY | O_DIRECTORY);
    must(at >= 0);
    int const file = openat(at, path, O_RDONLY);
    must(close(at) == 0);
    return file;
}
static int beneath_proc(void) { return beneath("/proc", "thread-self/status"); }
static int beneath_own(void) { return beneath("/proc/self", "status"); }
static int beneath_root(void) { return beneath("/", "proc/self/status"); }

static int from_another(void)
{
    int ends[2];
    must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct iovec text = {.iov_base = control.room, .iov_len = 1};
    struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    int file = absolute();
    must(file >= 0);
    control.head.cmsg_level = SOL_SOCKET;
    control.head.cmsg_type = SCM_RIGHTS;
    control.head.cmsg_len = CMSG_LEN(sizeof file);
    memcpy(CMSG_DATA(&control.head), &file, sizeof file);
    must(sendmsg(ends[0], &message, 0) == 1);
    must(close(file) == 0);
    char byte;
    text.iov_base = &byte;
    must(recvmsg(ends[1], &message, 0) == 1);
    memcpy(&file, CMSG_DATA(&control.head), sizeof file);
    must(close(ends[0]) == 0 && close(ends[1]) == 0);
    return file;
}

static int (*const openings[])(void) = {absolute,     two_slashes, through_links, of_thread,   relative,
                                        beneath_proc, beneath_own, beneath_root,  from_another};

// Ways to read the status file.

static ssize_t by_read(int file, char* into) { return read(file, into, longest); }
static ssize_t by_pread(int file, char* into) { return pread(file, into, longest, 0); }

static ssize_t by_readv(int file, char* into)
{
    struct iovec const parts[] = {{into, 100}, {into + 100, longest - 100}};
    return readv(file, parts, 2);
}

static ssize_t by_preadv(int file, char* into)
{
    struct iovec const all = {into, longest};
    return preadv(file, &all, 1, 0);
}

// Opens /dev/null and reads from the descriptor, makes the descriptor refer to `file` by dup2(2), and reads `file`
// through the descriptor.
static ssize_t by_other_number(int file, char* into)
{
    int const other = open("/dev/null", O_RDONLY);
    must(other >= 0 && read(other, into, 1) == 0);
    must(dup2(file, other) == other);
    ssize_t const got = read(other, into, longest);
    must(close(other) == 0);
    return got;
}

static ssize_t (*const readings[])(int, char*) = {by_read, by_pread, by_readv, by_preadv, by_other_number};

static void keep_processors(char* text, ssize_t length)
{
    must(length > 0 && length < longest);
    text[length] = 0;
    char const* const line = strstr(text, "Cpus_allowed:");
    must(line != NULL);
    size_t const size = strcspn(line, "\n");
    memmove(text, line, size);
    text[size] = 0;
}

static int is_wrong(int file, ssize_t (*reading)(int, char*))
{
    char text[longest];
    keep_processors(text, reading(file, text));
    return strcmp(text, expected) != 0;
}

// Tries each way to open the status file with each way to read it. Prints how many tries read other processors than `expected`.
static void* try_all(void* name)
{
    int wrong = 0, all = 0;
    for (size_t i = 0; i < sizeof openings / sizeof *openings; ++i)
        for (size_t k = 0; k < sizeof readings / sizeof *readings; ++k)
            for (int late = only_late; late < 2; ++late, ++all) {
                if (late)
                    call_often();
                int const file = openings[i]();
                must(file >= 0);
                if (!late)
                    call_often();
                int const differs = is_wrong(file, readings[k]);
                if (differs)
                    dprintf(STDERR_FILENO, "%s: opening %zu, reading %zu, late %d\n", (char*)name, i, k, late);
                wrong += differs;
                must(close(file) == 0);
            }
    say("%s: wrong %d of %d\n", (char*)name, wrong, all);
    return NULL;
}

// A child reads the status file of its parent through the parent's descriptor, while the parent calls waitpid(2). Prints how
// often the processors differ from `expected`.
static void try_parents(void)
{
    int const file = absolute();
    must(file >= 0);
    call_often();
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        int wrong = 0;
        for (int i = 0; i < 20; ++i) {
            call_often();
            wrong += is_wrong(file, by_pread);
        }
        say("of the parent: wrong %d of 20\n", wrong);
        _exit(0);
    }
    int status;
    while (waitpid(child, &status, WNOHANG) == 0) {
    }
    must(close(file) == 0);
}

// Prints the processors in /proc/self/status, and how often two threads and a child read other processors later. With an
// argument, the file is opened only after many calls.
int main(int argc, char** argv)
{
    (void)argv;
    only_late = argc > 1;
    int const file = absolute();
    must(file >= 0);
    keep_processors(expected, read(file, expected, longest - 1));
    must(close(file) == 0);
    say("%s\n", expected);

    (void)try_all((void*)"first thread");
    pthread_t thread;
    must(pthread_create(&thread, NULL, try_all, (void*)"another thread") == 0);
    must(pthread_join(thread, NULL) == 0);
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        (void)try_all((void*)"child");
        _exit(0);
    }
    must(waitpid(child, NULL, 0) == child);
    if (!only_late)
        try_parents();
    return 0;
}
