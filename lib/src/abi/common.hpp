// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/type.hpp>

#include <fcntl.h>
#include <poll.h>

/// Tables and structures that several topics share.
namespace cotrace::abi {

// What O_LARGEFILE and O_SYNC really are: the C library hides the one and the other contains O_DSYNC.
inline constexpr std::uint64_t o_largefile = 0100000;

inline constexpr flag_table open_flags{"O_???", {
    COTRACE_FIELD(O_RDONLY, 3),
    COTRACE_FIELD(O_WRONLY, 3),
    COTRACE_FIELD(O_RDWR, 3),
    COTRACE_FIELD(O_ACCMODE, 3),
    COTRACE_ROW(O_CREAT),
    COTRACE_ROW(O_EXCL),
    COTRACE_ROW(O_NOCTTY),
    COTRACE_ROW(O_TRUNC),
    COTRACE_ROW(O_APPEND),
    COTRACE_ROW(O_NONBLOCK),
    {04010000, "O_SYNC"},
    {010000, "O_DSYNC"},
    {040000, "O_DIRECT"},
    {o_largefile, "O_LARGEFILE"},
    {0400000, "O_NOFOLLOW"},
    {01000000, "O_NOATIME"},
    {02000000, "O_CLOEXEC"},
    {010000000, "O_PATH"},
    {020200000, "O_TMPFILE"},
    {0200000, "O_DIRECTORY"},
    {020000, "FASYNC"},
}};

/// The same without an access mode, for pipe2(2) and dup3(2).
inline constexpr flag_table new_fd_flags{"O_???", {
    COTRACE_ROW(O_CREAT),
    COTRACE_ROW(O_EXCL),
    COTRACE_ROW(O_NOCTTY),
    COTRACE_ROW(O_TRUNC),
    COTRACE_ROW(O_APPEND),
    COTRACE_ROW(O_NONBLOCK),
    {04010000, "O_SYNC"},
    {010000, "O_DSYNC"},
    {040000, "O_DIRECT"},
    {o_largefile, "O_LARGEFILE"},
    {0400000, "O_NOFOLLOW"},
    {01000000, "O_NOATIME"},
    {02000000, "O_CLOEXEC"},
    {010000000, "O_PATH"},
    {020200000, "O_TMPFILE"},
    {0200000, "O_DIRECTORY"},
    {020000, "FASYNC"},
}};

inline constexpr flag_table at_flags{"AT_???", {
    {0x100, "AT_SYMLINK_NOFOLLOW"},
    {0x200, "AT_REMOVEDIR"},
    {0x400, "AT_SYMLINK_FOLLOW"},
    {0x800, "AT_NO_AUTOMOUNT"},
    {0x1000, "AT_EMPTY_PATH"},
    {0x8000, "AT_RECURSIVE"},
}};

/// Of poll(2) and epoll(7) alike; the prefix differs.
#define COTRACE_POLL_ROWS(prefix)                                                                            \
    {0x1, prefix "IN"}, {0x2, prefix "PRI"}, {0x4, prefix "OUT"}, {0x8, prefix "ERR"}, {0x10, prefix "HUP"}, \
        {0x20, prefix "NVAL"}, {0x40, prefix "RDNORM"}, {0x80, prefix "RDBAND"}, {0x100, prefix "WRNORM"},   \
        {0x200, prefix "WRBAND"}, {0x400, prefix "MSG"}

// Times. The suffix tells which width the seconds have: that of the interface, or always 64 bits.
inline constexpr structure timespec_type{{{"tv_sec", as::long_signed}, {"tv_nsec", as::long_signed}}};
inline constexpr structure timespec64_type{{{"tv_sec", as::int64}, {"tv_nsec", as::int64}}};
inline constexpr structure timeval_type{{{"tv_sec", as::long_signed}, {"tv_usec", as::long_signed}}};
inline constexpr structure itimerspec_type{{{"it_interval", timespec_type}, {"it_value", timespec_type}}};
inline constexpr structure itimerspec64_type{{{"it_interval", timespec64_type}, {"it_value", timespec64_type}}};
inline constexpr structure itimerval_type{{{"it_interval", timeval_type}, {"it_value", timeval_type}}};

inline constexpr structure rusage_type{{
    {"ru_utime", timeval_type},
    {"ru_stime", timeval_type},
    {"ru_maxrss", as::long_unsigned, shown::verbose},
    {"ru_ixrss", as::long_unsigned, shown::verbose},
    {"ru_idrss", as::long_unsigned, shown::verbose},
    {"ru_isrss", as::long_unsigned, shown::verbose},
    {"ru_minflt", as::long_unsigned, shown::verbose},
    {"ru_majflt", as::long_unsigned, shown::verbose},
    {"ru_nswap", as::long_unsigned, shown::verbose},
    {"ru_inblock", as::long_unsigned, shown::verbose},
    {"ru_oublock", as::long_unsigned, shown::verbose},
    {"ru_msgsnd", as::long_unsigned, shown::verbose},
    {"ru_msgrcv", as::long_unsigned, shown::verbose},
    {"ru_nsignals", as::long_unsigned, shown::verbose},
    {"ru_nvcsw", as::long_unsigned, shown::verbose},
    {"ru_nivcsw", as::long_unsigned, shown::verbose},
}};

/// An iovec whose bytes go in, and one whose bytes come out: no more of them
/// all together than the call returned.
inline constexpr structure iovec_in{{{"iov_base", as::in<as::bytes<member(1)>>}, {"iov_len", as::size}}};
inline constexpr structure iovec_out{
    {{"iov_base", as::in<as::bytes<within_return(member(1))>>}, {"iov_len", as::size}}};
inline constexpr structure iovec_plain{{{"iov_base", as::address}, {"iov_len", as::size}}};

/// An int, and a pair of them, behind a pointer.
inline constexpr auto const& two_fds = as::array<as::fd, exactly(2)>;

} // namespace cotrace::abi
