// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/named_values.hpp>

#include <algorithm>
#include <string_view>

// The rows of tables are aligned by hand.
// clang-format off

/// How u-root's format shows the arguments of calls, and its names of constants.
namespace cotrace::render::uroot {

// How u-root's format shows each argument of a call: one letter for each register. A register without a letter is shown
// as 'x'. An argument that is listed with "at exit" below is shown as 'x' at the entry of a call and if the call fails.
// An argument that is listed with "at entry" is shown as "..." at the exit of a successful call.
//
//   x  hexadecimal                        o  octal
//   p  path                               P  path, at exit
//   r  bytes that were read, at exit      w  bytes that are written, at entry
//   R  iovecs that were filled, at exit   W  iovecs that are written, at entry
//   v  iovecs without their contents      f  the two ends of a pipe, at exit
//   s  struct stat, at exit               n  struct utsname, at exit
//   m  permissions as ls(1) shows them    O  flags of open(2)
//   t  timespec                           T  timespec, at exit
//   u  timespec that may be UTIME_NOW     e  timeval
//      or UTIME_OMIT                      b  utimbuf
//   i  itimerval                          I  itimerval, at exit
//   j  itimerspec                         J  itimerspec, at exit
//   k  kind of itimer                     d  rusage, at exit
//   a  socket address                     A  socket address, at exit
//   l  pointer to an address length       F  address family
//   Y  socket type                        Q  socket protocol
//   G  flags of accept4(2)                E  array of strings
//   M  msghdr that is sent                N  msghdr that is received
//   c  flags of clone(2)                  h  ptrace(2) request
//   X  futex(2) operation
struct kinds_of {
    std::string_view call;
    std::string_view kinds;
};

inline constexpr kinds_of formats[] = {
    {"accept", "xAl"},
    {"accept4", "xAlG"},
    {"access", "po"},
    {"bind", "xax"},
    {"chdir", "p"},
    {"chmod", "pm"},
    {"chown", "pxx"},
    {"chroot", "p"},
    {"clock_getres", "xT"},
    {"clock_gettime", "xT"},
    {"clock_nanosleep", "xxtT"},
    {"clock_settime", "xt"},
    {"clone", "cxxxx"},
    {"connect", "xax"},
    {"creat", "po"},
    {"create_module", "px"},
    {"execve", "pEE"},
    {"faccessat", "xpo"},
    {"fchmod", "xm"},
    {"fchmodat", "xpm"},
    {"fchownat", "xpxxx"},
    {"fgetxattr", "xpxx"},
    {"fremovexattr", "xp"},
    {"fsetxattr", "xpxxx"},
    {"fstat", "xs"},
    {"futex", "xXxtxx"},
    {"futimesat", "xpx"},
    {"getcwd", "Px"},
    {"getitimer", "kI"},
    {"getpeername", "xAl"},
    {"getrusage", "xd"},
    {"getsockname", "xAl"},
    {"gettimeofday", "ex"},
    {"getxattr", "ppxx"},
    {"io_getevents", "xxxxt"},
    {"lchown", "pxx"},
    {"lgetxattr", "ppxx"},
    {"link", "pp"},
    {"linkat", "xpxpx"},
    {"listxattr", "pxx"},
    {"llistxattr", "pxx"},
    {"lremovexattr", "pp"},
    {"lsetxattr", "ppxxx"},
    {"lstat", "ps"},
    {"mkdir", "po"},
    {"mkdirat", "xpx"},
    {"mknod", "pmx"},
    {"mknodat", "xpmx"},
    {"mount", "pppxp"},
    {"nanosleep", "tT"},
    {"newfstatat", "xpsx"},
    {"open", "pOm"},
    {"openat", "xpOm"},
    {"pipe", "f"},
    {"pipe2", "fx"},
    {"ppoll", "xxtxx"},
    {"pread64", "xrxx"},
    {"preadv", "xRxx"},
    {"process_vm_readv", "xRxvxx"},
    {"process_vm_writev", "xvxWxx"},
    {"ptrace", "hxxx"},
    {"pwrite64", "xwxx"},
    {"pwritev", "xWxx"},
    {"read", "xrx"},
    {"readlink", "prx"},
    {"readlinkat", "xprx"},
    {"readv", "xRx"},
    {"recvfrom", "xxxxAl"},
    {"recvmsg", "xNx"},
    {"removexattr", "pp"},
    {"rename", "pp"},
    {"renameat", "xpxp"},
    {"renameat2", "xpxpx"},
    {"rmdir", "p"},
    {"rt_sigtimedwait", "xxtx"},
    {"select", "xxxxe"},
    {"sendmsg", "xMx"},
    {"sendto", "xxxxax"},
    {"setitimer", "kiI"},
    {"settimeofday", "ex"},
    {"setxattr", "ppxxx"},
    {"socket", "FYQ"},
    {"socketpair", "FYQx"},
    {"stat", "ps"},
    {"statfs", "px"},
    {"symlink", "pp"},
    {"symlinkat", "pxp"},
    {"timer_gettime", "xJ"},
    {"timer_settime", "xxjJ"},
    {"timerfd_gettime", "xJ"},
    {"timerfd_settime", "xxjJ"},
    {"truncate", "px"},
    {"umount2", "px"},
    {"uname", "n"},
    {"unlink", "p"},
    {"unlinkat", "xpx"},
    {"utime", "pb"},
    {"utimensat", "xpux"},
    {"utimes", "pe"},
    {"wait4", "xxxd"},
    {"waitid", "xxxxd"},
    {"write", "xwx"},
    {"writev", "xWx"},
};
static_assert(std::ranges::is_sorted(formats, {}, &kinds_of::call));

constexpr bool only_at_exit(char kind) noexcept { return std::string_view{"PrRfsnTIJdAN"}.find(kind) != std::string_view::npos; }

inline constexpr uapi::named_value open_names[] = {
    {02000, "O_APPEND"},      {020000, "O_ASYNC"},   {02000000, "O_CLOEXEC"}, {0100, "O_CREAT"},  {040000, "O_DIRECT"},
    {0200000, "O_DIRECTORY"}, {0200, "O_EXCL"},      {01000000, "O_NOATIME"}, {0400, "O_NOCTTY"}, {0400000, "O_NOFOLLOW"},
    {04000, "O_NONBLOCK"},    {010000000, "O_PATH"}, {04010000, "O_SYNC"},    {01000, "O_TRUNC"},
};

inline constexpr uapi::named_value clone_names[] = {
    {0x100, "CLONE_VM"},
    {0x200, "CLONE_FS"},
    {0x400, "CLONE_FILES"},
    {0x800, "CLONE_SIGHAND"},
    {0x2000, "CLONE_PTRACE"},
    {0x4000, "CLONE_VFORK"},
    {0x8000, "CLONE_PARENT"},
    {0x10000, "CLONE_THREAD"},
    {0x20000, "CLONE_NEWNS"},
    {0x40000, "CLONE_SYSVSEM"},
    {0x80000, "CLONE_SETTLS"},
    {0x100000, "CLONE_PARENT_SETTID"},
    {0x200000, "CLONE_CHILD_CLEARTID"},
    {0x400000, "CLONE_DETACHED"},
    {0x800000, "CLONE_UNTRACED"},
    {0x1000000, "CLONE_CHILD_SETTID"},
    {0x4000000, "CLONE_NEWUTS"},
    {0x8000000, "CLONE_NEWIPC"},
    {0x10000000, "CLONE_NEWUSER"},
    {0x20000000, "CLONE_NEWPID"},
    {0x40000000, "CLONE_NEWNET"},
    {0x80000000, "CLONE_IO"},
};

inline constexpr uapi::named_value futex_names[] = {{256, "FUTEX_CLOCK_REALTIME"}, {128, "FUTEX_PRIVATE_FLAG"}};
inline constexpr std::string_view futex_operations[] = {
    "FUTEX_WAIT",           "FUTEX_WAKE",        "FUTEX_FD",          "FUTEX_REQUEUE",
    "FUTEX_CMP_REQUEUE",    "FUTEX_WAKE_OP",     "FUTEX_LOCK_PI",     "FUTEX_UNLOCK_PI",
    "FUTEX_TRYLOCK_PI",     "FUTEX_WAIT_BITSET", "FUTEX_WAKE_BITSET", "FUTEX_WAIT_REQUEUE_PI",
    "FUTEX_CMP_REQUEUE_PI",
};
inline constexpr std::string_view itimer_names[] = {"ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF"};
inline constexpr uapi::named_value socket_flags[] = {{02000000, "SOCK_CLOEXEC"}, {04000, "SOCK_NONBLOCK"}};
inline constexpr std::string_view socket_types[] = {
    "0x0", "SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW", "SOCK_RDM", "SOCK_SEQPACKET", "SOCK_DCCP", "", "", "", "SOCK_PACKET",
};

}   // namespace cotrace::render::uroot
