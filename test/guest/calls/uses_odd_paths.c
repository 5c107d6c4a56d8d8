// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/quota.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static void report(char const* name, long result)
{
    say("%s %ld errno %d\n", name, result < 0 ? -1 : result, result < 0 ? errno : 0);
}

static void paths(char const* unreadable)
{
    static char too_long[5000];
    memset(too_long, 'x', sizeof too_long - 1);
    struct stat about;
    int ends[2];
    must(pipe2(ends, O_CLOEXEC) == 0);
    report("open unreadable", open(unreadable, O_RDONLY));
    report("open too long", open(too_long, O_RDONLY));
    report("open empty", open("", O_RDONLY));
    struct open_how how = {.flags = O_WRONLY};
    report("openat2 unreadable", syscall(SYS_openat2, AT_FDCWD, "/dev/null", unreadable, sizeof how));
    report("openat2 small", syscall(SYS_openat2, AT_FDCWD, "/dev/null", &how, 8));
    report("openat2", syscall(SYS_openat2, AT_FDCWD, "/dev/null", &how, sizeof how) < 0 ? -1 : 0);
    report("stat pipe", fstatat(ends[0], "", &about, AT_EMPTY_PATH));
    report("stat closed", fstatat(999, "", &about, AT_EMPTY_PATH));
    report("utimensat null",
           syscall(SYS_utimensat, open("link", O_CREAT | O_WRONLY, 0600) < 0 ? -1 : ends[1] + 1, NULL, NULL, 0));
    report("unlink", unlink("link"));
    report("symlink", symlink("/somewhere/else", "link"));
    report("quotactl", quotactl(QCMD(Q_GETQUOTA, USRQUOTA), "/no/device", 0, (char*)unreadable));
}

static void addresses(char const* unreadable)
{
    enum { count = 40 };   // more elements than cotrace captures of an array by default
    static struct mmsghdr messages[count];
    struct sockaddr_un to = {.sun_family = AF_UNIX, .sun_path = "socket"};
    struct iovec part = {.iov_base = "x", .iov_len = 1};
    for (int i = 0; i < count; ++i)
        messages[i].msg_hdr = (struct msghdr){.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &part, .msg_iovlen = 1};
    int const receiver = socket(AF_UNIX, SOCK_DGRAM, 0), sender = socket(AF_UNIX, SOCK_DGRAM, 0);
    must(receiver >= 0 && sender >= 0);
    report("bind", bind(receiver, (struct sockaddr*)&to, sizeof to));
    report("sendmmsg two", sendmmsg(sender, messages, 2, MSG_DONTWAIT));
    report("sendmmsg none", sendmmsg(sender, messages, 0, MSG_DONTWAIT));
    report("connect unreadable", connect(sender, (struct sockaddr*)unreadable, sizeof to));
    report("sendto no address", sendto(sender, "x", 1, MSG_DONTWAIT, NULL, 0));
    report("sendto no length", sendto(sender, "x", 1, MSG_DONTWAIT, (struct sockaddr*)unreadable, 0));
    report("sendmsg unreadable", sendmsg(sender, (struct msghdr*)unreadable, MSG_DONTWAIT));
    report("sendmmsg many", sendmmsg(sender, messages, count, MSG_DONTWAIT) > 0 ? 1 : -1);
}

// uses_odd_paths FOLDER: makes calls with unusual and invalid paths and addresses, and prints their results. Makes files in
// FOLDER.
int main(int argc, char** argv)
{
    must(argc > 1 && chdir(argv[1]) == 0);
    char const* const unreadable = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(unreadable != MAP_FAILED);
    paths(unreadable);
    addresses(unreadable);
    return 0;
}
