// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <termios.h>

static char buffer[4096];
static int zero, terminal;
static char* thirty[31];

static void one_getpid(void) { syscall(SYS_getpid); }
static void one_read32(void) { syscall(SYS_read, zero, buffer, 32); }
static void one_read4096(void) { syscall(SYS_read, zero, buffer, 4096); }
static void one_mmap(void) { syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, -1, 0); }

static void one_openat(void) { syscall(SYS_openat, AT_FDCWD, "/nonexistent/usr/lib/libexample.so.6", O_RDONLY | O_CLOEXEC); }

static void one_newfstatat(void)
{
    struct stat seen;
    fstatat(AT_FDCWD, "/dev/null", &seen, 0);
}

static void one_poll(void)
{
    struct pollfd wanted[2] = {{zero, POLLIN, 0}, {terminal, POLLIN | POLLPRI, 0}};
    poll(wanted, 2, 0);
}

static void one_sendmsg(void)
{
    struct iovec parts[2] = {{"GET / HTTP/1.1\r\n", 16}, {"Host: localhost\r\n\r\n", 19}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    sendmsg(-1, &message, MSG_NOSIGNAL);
}

static void one_execve(void) { execve("/nonexistent/usr/bin/program", thirty, environ); }

static void one_tcgets(void)
{
    struct termios now;
    ioctl(terminal, TCGETS, &now);
}

static struct {
    char const* name;
    void (*one)(void);
} const kinds[] = {
    {"getpid", one_getpid},         {"read32", one_read32}, {"read4096", one_read4096}, {"openat", one_openat},
    {"newfstatat", one_newfstatat}, {"mmap", one_mmap},     {"poll", one_poll},         {"sendmsg", one_sendmsg},
    {"execve", one_execve},         {"tcgets", one_tcgets},
};

// repeats_calls KIND COUNT: makes COUNT calls of the kind KIND, and ignores the results.
int main(int count, char** arguments)
{
    if (count != 3)
        return 2;
    zero = open("/dev/zero", O_RDONLY);
    terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    for (int i = 0; i < 30; ++i)
        thirty[i] = i % 3 == 0 ? "--a-rather-long-option=with-a-value" : "argument";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; ++i)
        if (strcmp(kinds[i].name, arguments[1]) == 0) {
            for (long left = atol(arguments[2]); left > 0; --left)
                kinds[i].one();
            return 0;
        }
    return 2;
}
