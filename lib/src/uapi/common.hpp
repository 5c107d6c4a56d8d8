// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/compose.hpp"
#include "uapi/constants/open.hpp"
#include "uapi/constants/signal.hpp"

#include "uapi/words.hpp"

#include <fcntl.h>

/// Tables and structures that the system calls of several topics use (topics.hpp).
namespace cotrace::uapi {

inline constexpr field_and_flags<names::open_access_modes, 3, names::open_flags> open_flags{"O_???"};

/// The flags of open(2), and the flags that only openat2(2) has.
inline constexpr joined_table<open_flags, names::openat2_flags> open_how_flags{"O_???"};

/// The flags of open(2) without an access mode. pipe2(2) and dup3(2) use them.
inline constexpr auto const& new_fd_flags = names::open_flags;
/// The flags AT_* of calls such as fstatat(2).
inline constexpr auto const& at_flags = names::at_flags;

// An address (`address64`) and a pointer (`in64`) that have 64 bits in all data models.
inline constexpr type address64 = {.shape = shape::address, .width = width::u64};
template <auto const& Of> inline constexpr type in64 = {.shape = shape::pointer, .width = width::u64, .of = &Of};

// Conditions for fields of struct stat; member 2 is the mode. A device file is shown with its device number, another file
// with its size.
inline constexpr condition a_device{2, true, 0130000, 0020000};
inline constexpr condition no_device{2, false, 0130000, 0020000};

// Structures for times. With 64 in the name, the seconds have 64 bits; otherwise the seconds are a `__kernel_long_t`.
inline constexpr structure timespec_type{{{"tv_sec", as::long_signed}, {"tv_nsec", as::long_unsigned}}};
inline constexpr structure timespec64_type{{{"tv_sec", as::int64}, {"tv_nsec", as::uint64}}};
inline constexpr structure timeval_type{{{"tv_sec", as::long_signed}, {"tv_usec", as::long_unsigned}}};
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

/// An iovec: `iovec_in` with bytes that the call reads, `iovec_out` with bytes that the call writes, `iovec_plain` without
/// its bytes.
inline constexpr structure iovec_in{{{"iov_base", as::in<as::bytes<member(1)>>}, {"iov_len", as::size}}};
inline constexpr structure iovec_out{
    {{"iov_base", as::in<as::bytes<within_return(member(1))>>}, {"iov_len", as::size}}};
inline constexpr structure iovec_plain{{{"iov_base", as::address}, {"iov_len", as::size}}};

/// A pointer to a signal set, and the size of the set. An argument of pselect6(2) and io_pgetevents(2) points to this
/// structure.
inline constexpr structure sized_signal_set{{
    {"sigmask", as::in<as::signal_set<member(1)>>},
    {"sigsetsize", as::size},
}};

/// struct sigevent. The field sigev_signo is a signal number for SIGEV_SIGNAL, SIGEV_THREAD and SIGEV_THREAD_ID, and a
/// plain number otherwise.
inline constexpr choice_case signalled[] = {{0, as::signal}, {2, as::signal}, {4, as::signal}};
inline constexpr type event_signal = {.shape = shape::choice, .width = width::u32, .of = &as::uint32, .length = member(2),
                                      .cases = signalled, .count = 3, .size = {4, 4, 4}, .align = {4, 4, 4}};
inline constexpr structure event_value{{{"sival_int", as::integer}, {"sival_ptr", as::address}}, {}, layout::overlaid};
inline constexpr structure event_type{{
    {"sigev_value", event_value, shown::nonzero},
    {"sigev_signo", event_signal},
    {"sigev_notify", as::one_of<names::sigevent_notifications>},
    {"sigev_notify_thread_id", as::process_id, shown::always, 0, {2, true, 0xffffffff, 4}},
    {"sigev_notify_function", as::address, shown::always, 0, {2, true, 0xffffffff, 2}},
    {"sigev_notify_attributes", as::address, shown::always, 0, {2, true, 0xffffffff, 2}},
}};

inline constexpr auto const& two_fds = as::array<as::fd, exactly(2)>;

} // namespace cotrace::uapi
