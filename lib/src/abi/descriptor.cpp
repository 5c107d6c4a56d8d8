// SPDX-License-Identifier: BSL-1.0
// Calls that work on open files.
#include "abi/common.hpp"
#include "abi/constants/notify.hpp"
#include "abi/custom.hpp"
#include "abi/requests.hpp"
#include "abi/topics.hpp"

#include <sys/file.h>

namespace cotrace::abi {
namespace {

using namespace as;

constexpr structure flock_type{{
    {"l_type", one_of<names::lock_types, width::u16>},
    {"l_whence", one_of<names::seek_whences, width::u16>},
    {"l_start", long_signed},
    {"l_len", long_signed},
    {"l_pid", process_id, shown::never},
}};
constexpr structure flock_got{{
    {"l_type", one_of<names::lock_types, width::u16>},
    {"l_whence", one_of<names::seek_whences, width::u16>},
    {"l_start", long_signed},
    {"l_len", long_signed},
    {"l_pid", process_id},
}};
constexpr structure flock64_type{{
    {"l_type", one_of<names::lock_types, width::u16>},
    {"l_whence", one_of<names::seek_whences, width::u16>},
    {"l_start", int64},
    {"l_len", int64},
    {"l_pid", process_id, shown::never},
}};
constexpr structure flock64_got{{
    {"l_type", one_of<names::lock_types, width::u16>},
    {"l_whence", one_of<names::seek_whences, width::u16>},
    {"l_start", int64},
    {"l_len", int64},
    {"l_pid", process_id},
}};
constexpr structure owner_type{{{"type", one_of<names::owner_types>}, {"pid", process_id}}};

// fcntl(2) as 64-bit interfaces have it; fcntl64(2) of i386 adds the 64-bit locks.
constexpr choice_case fcntl_arguments[] = {
    {0, integer},
    {1, nothing},
    {2, flags<names::fd_flags>},
    {3, nothing},
    {4, flags<open_flags>},
    {5, inout<flock_got>},
    {6, in<flock_type>},
    {7, in<flock_type>},
    {8, integer},
    {9, nothing},
    {10, signal},
    {11, nothing},
    {15, in<owner_type>},
    {16, out<owner_type>},
    {17, out<as::array<user_id, exactly(2)>>},
    {36, inout<flock64_got>},
    {37, in<flock64_type>},
    {38, in<flock64_type>},
    {1024, one_of<names::lock_types>},
    {1025, nothing},
    {1026, flags<names::notify_flags>},
    {1027, fd},
    {1030, integer},
    {1031, integer},
    {1032, nothing},
    {1033, flags<names::seal_flags>},
    {1034, nothing},
    {1035, out<one_of<names::write_hints, width::u64>>},
    {1036, in<one_of<names::write_hints, width::u64>>},
    {1037, out<one_of<names::write_hints, width::u64>>},
    {1038, in<one_of<names::write_hints, width::u64>>},
};
constexpr choice_case fcntl64_locks[] = {
    {12, inout<flock64_got>},
    {13, in<flock64_type>},
    {14, in<flock64_type>},
};
constexpr choice_case fcntl_results[] = {
    {1, flags<names::fd_flags>},
    {3, flags<open_flags>},
    {11, integer},
    {1025, one_of<names::lock_types>},
    {1034, flags<names::seal_flags>},
};
constexpr auto const& fcntl_argument = chosen<argument(1), fcntl_arguments, long_hex>;
constexpr auto const& fcntl64_argument = chosen<argument(1), fcntl64_locks, fcntl_argument>;
constexpr auto const& fcntl_result = chosen<argument(1), fcntl_results, long_signed>;

constexpr structure winsize{{
    {"ws_row", uint16},
    {"ws_col", uint16},
    {"ws_xpixel", uint16},
    {"ws_ypixel", uint16},
}};

// termios.c_cflag; the baud rate is a field of several bits.
constexpr flag_table termios_iflags{"", {
    {0x1, "IGNBRK"}, {0x2, "BRKINT"}, {0x4, "IGNPAR"}, {0x8, "PARMRK"}, {0x10, "INPCK"}, {0x20, "ISTRIP"},
    {0x40, "INLCR"}, {0x80, "IGNCR"}, {0x100, "ICRNL"}, {0x200, "IUCLC"}, {0x400, "IXON"}, {0x800, "IXANY"},
    {0x1000, "IXOFF"}, {0x2000, "IMAXBEL"}, {0x4000, "IUTF8"},
}};
constexpr flag_table termios_oflags{"", {
    {0x0, "NL0", 0x100}, {0x100, "NL1", 0x100},
    {0x0, "CR0", 0x600}, {0x200, "CR1", 0x600}, {0x400, "CR2", 0x600}, {0x600, "CR3", 0x600},
    {0x0, "TAB0", 0x1800}, {0x800, "TAB1", 0x1800}, {0x1000, "TAB2", 0x1800}, {0x1800, "TAB3", 0x1800},
    {0x0, "BS0", 0x2000}, {0x2000, "BS1", 0x2000},
    {0x0, "VT0", 0x4000}, {0x4000, "VT1", 0x4000},
    {0x0, "FF0", 0x8000}, {0x8000, "FF1", 0x8000},
    {0x1, "OPOST"}, {0x2, "OLCUC"}, {0x4, "ONLCR"}, {0x8, "OCRNL"}, {0x10, "ONOCR"}, {0x20, "ONLRET"},
    {0x40, "OFILL"}, {0x80, "OFDEL"},
}};
constexpr flag_table termios_cflags{"", {
    {0x0, "B0", 0x100f}, {0x1, "B50", 0x100f}, {0x2, "B75", 0x100f}, {0x3, "B110", 0x100f}, {0x4, "B134", 0x100f},
    {0x5, "B150", 0x100f}, {0x6, "B200", 0x100f}, {0x7, "B300", 0x100f}, {0x8, "B600", 0x100f}, {0x9, "B1200", 0x100f},
    {0xa, "B1800", 0x100f}, {0xb, "B2400", 0x100f}, {0xc, "B4800", 0x100f}, {0xd, "B9600", 0x100f},
    {0xe, "B19200", 0x100f}, {0xf, "B38400", 0x100f}, {0x1001, "B57600", 0x100f}, {0x1002, "B115200", 0x100f},
    {0x1003, "B230400", 0x100f},
    {0x0, "CS5", 0x30}, {0x10, "CS6", 0x30}, {0x20, "CS7", 0x30}, {0x30, "CS8", 0x30},
    {0x40, "CSTOPB"}, {0x80, "CREAD"}, {0x100, "PARENB"}, {0x200, "PARODD"}, {0x400, "HUPCL"}, {0x800, "CLOCAL"},
    {0x40000000, "CMSPAR"}, {0x80000000, "CRTSCTS"},
}};
constexpr flag_table termios_lflags{"", {
    {0x1, "ISIG"}, {0x2, "ICANON"}, {0x4, "XCASE"}, {0x8, "ECHO"}, {0x10, "ECHOE"}, {0x20, "ECHOK"},
    {0x40, "ECHONL"}, {0x80, "NOFLSH"}, {0x100, "TOSTOP"}, {0x200, "ECHOCTL"}, {0x400, "ECHOPRT"},
    {0x800, "ECHOKE"}, {0x1000, "FLUSHO"}, {0x4000, "PENDIN"}, {0x8000, "IEXTEN"}, {0x10000, "EXTPROC"},
}};
constexpr structure termios_type{{
    {"c_iflag", flags<termios_iflags>},
    {"c_oflag", flags<termios_oflags>},
    {"c_cflag", flags<termios_cflags>},
    {"c_lflag", flags<termios_lflags>},
    {"c_line", uint8, shown::verbose},
    {"c_cc", hex_bytes<exactly(19)>, shown::verbose},
}};

constexpr choice_case ioctl_arguments[] = {
    {0x5401, out<termios_type>},
    {0x5402, in<termios_type>},
    {0x5403, in<termios_type>},
    {0x5404, in<termios_type>},
    {0x5409, integer},
    {0x540a, integer},
    {0x540b, integer},
    {0x540e, integer},
    {0x540f, out<process_id>},
    {0x5410, in<process_id>},
    {0x5411, out<integer>},
    {0x5413, out<winsize>},
    {0x5414, in<winsize>},
    {0x541b, out<integer>},
    {0x5421, in<integer>},
    {0x5422, nothing},
    {0x5429, out<process_id>},
    {0x5450, nothing},
    {0x5451, nothing},
    {0x5452, in<integer>},
    {0x40045431, in<integer>},
    {0x40049409, fd},
    {0x5441, flags<open_flags>},
    {0x80045430, out<uint32>},
};

template <auto const& Names>
constexpr type request_of = {.shape = shape::ioctl_request, .style = style::hex, .names = &Names};
constexpr auto const& ioctl_argument = chosen<argument(1), ioctl_arguments, long_hex>;
constexpr arch_set wide{arch::x86_64, arch::aarch64, arch::riscv64};

constexpr field_and_flags<names::fanotify_classes, 0xc, names::fanotify_init_flags> fanotify_flags{"FAN_CLASS_???"};
constexpr type marked = {.shape = shape::flags, .width = width::u64, .style = style::hex, .register_pair = true, .names = &names::fanotify_events};
constexpr enum_table no_directory{"", {{0xffffffff, "FAN_NOFD"}}};
constexpr choice_case mark_directories[] = {{0xffffffff, one_of<no_directory>}};
constexpr auto const& mark_directory = chosen<argument(3, 0xffffffff), mark_directories, dirfd>;

constexpr auto const& iovecs_in = in<as::array<iovec_in, argument(2)>>;
constexpr auto const& iovecs_out = out<as::array<iovec_out, argument(2)>>;
constexpr auto const& offset = changed<int64>;

constexpr syscall_descriptor rows[] = {
    {"read", {{"fd", fd}, {"buf", out_bytes}, {"count", size}}},
    {"write", {{"fd", fd}, {"buf", in_bytes<argument(2)>}, {"count", size}}},
    {"pread64", {{"fd", fd}, {"buf", out_bytes}, {"count", size}, {"offset", pair_signed}}},
    {"pwrite64", {{"fd", fd}, {"buf", in_bytes<argument(2)>}, {"count", size}, {"offset", pair_signed}}},
    {"readv", {{"fd", fd}, {"iov", iovecs_out}, {"iovcnt", size}}},
    {"writev", {{"fd", fd}, {"iov", iovecs_in}, {"iovcnt", size}}},
    {"preadv", {{"fd", fd}, {"iov", iovecs_out}, {"iovcnt", size}, {"offset", pair_signed}}},
    {"pwritev", {{"fd", fd}, {"iov", iovecs_in}, {"iovcnt", size}, {"offset", pair_signed}}},
    {"preadv2", {{"fd", fd}, {"iov", iovecs_out}, {"iovcnt", size}, {"offset", pair_signed}, {"flags", flags<names::rwf_flags>, 5}}},
    {"pwritev2", {{"fd", fd}, {"iov", iovecs_in}, {"iovcnt", size}, {"offset", pair_signed}, {"flags", flags<names::rwf_flags>, 5}}},
    {"close", {{"fd", fd}}},
    {"close_range", {{"first", uint32}, {"last", uint32}, {"flags", flags<names::close_range_flags>}}},
    {"lseek", {{"fd", fd}, {"offset", long_signed}, {"whence", one_of<names::seek_whences>}}},
    {"_llseek", {{"fd", fd}, {"offset_high", uint32}, {"offset_low", uint32}, {"result", out<int64>}, {"whence", one_of<names::seek_whences>}}},
    {"dup", {{"oldfd", fd}}, fd},
    {"dup2", {{"oldfd", fd}, {"newfd", fd}}, fd},
    {"dup3", {{"oldfd", fd}, {"newfd", fd}, {"flags", flags<new_fd_flags>}}, fd},
    {"fcntl", {{"fd", fd}, {"cmd", one_of<names::fcntl_commands>}, {"arg", fcntl_argument}}, fcntl_result},
    {"fcntl64", {{"fd", fd}, {"cmd", one_of<names::fcntl_commands>}, {"arg", fcntl64_argument}}, fcntl_result},
    {"ioctl", {{"fd", fd}, {"request", request_of<requests_64>}, {"argp", ioctl_argument}}, {}, wide},
    {"ioctl", {{"fd", fd}, {"request", request_of<requests_i386>}, {"argp", ioctl_argument}}, {}, {arch::i386}},
    {"ioctl", {{"fd", fd}, {"request", request_of<requests_x32>}, {"argp", ioctl_argument}}, {}, {arch::x32}},
    {"flock", {{"fd", fd}, {"operation", flags<names::flock_operations>}}},
    {"fsync", {{"fd", fd}}},
    {"fdatasync", {{"fd", fd}}},
    {"syncfs", {{"fd", fd}}},
    {"ftruncate", {{"fd", fd}, {"length", long_signed}}},
    {"ftruncate64", {{"fd", fd}, {"length", pair_signed}}},
    {"fallocate", {{"fd", fd}, {"mode", flags<names::fallocate_modes>}, {"offset", pair_signed}, {"len", pair_signed}}},
    {"fadvise64", {{"fd", fd}, {"offset", pair_signed}, {"len", size}, {"advice", one_of<names::fadvise_advices>}}},
    {"fadvise64_64", {{"fd", fd}, {"offset", pair_signed}, {"len", pair_signed}, {"advice", one_of<names::fadvise_advices>}}},
    {"readahead", {{"fd", fd}, {"offset", pair_signed}, {"count", size}}},
    {"sync_file_range", {{"fd", fd}, {"offset", pair_signed}, {"nbytes", pair_signed}, {"flags", flags<names::sync_file_range_flags>}}},
    {"pipe", {{"pipefd", out<two_fds>}}},
    {"pipe2", {{"pipefd", out<two_fds>}, {"flags", flags<new_fd_flags>}}},
    {"eventfd", {{"initval", uint32}}, fd},
    {"eventfd2", {{"initval", uint32}, {"flags", flags<names::eventfd_flags>}}, fd},
    {"sendfile", {{"out_fd", fd}, {"in_fd", fd}, {"offset", changed<long_signed>}, {"count", size}}},
    {"sendfile64", {{"out_fd", fd}, {"in_fd", fd}, {"offset", offset}, {"count", size}}},
    {"splice", {{"fd_in", fd}, {"off_in", offset}, {"fd_out", fd}, {"off_out", offset}, {"len", size}, {"flags", flags<names::splice_flags>}}},
    {"tee", {{"fd_in", fd}, {"fd_out", fd}, {"len", size}, {"flags", flags<names::splice_flags>}}},
    {"vmsplice", {{"fd", fd}, {"iov", iovecs_in}, {"nr_segs", size}, {"flags", flags<names::splice_flags>}}},
    {"copy_file_range", {{"fd_in", fd}, {"off_in", offset}, {"fd_out", fd}, {"off_out", offset}, {"len", size}, {"flags", hex32}}},
    {"getdents64", {{"fd", fd}, {"dirp", as::custom<decode::directory_entries, direction::out>}, {"count", size}}},
    {"getdents", {{"fd", fd}, {"dirp", as::custom<decode::directory_entries, direction::out>}, {"count", size}}},
    {"inotify_init", {}, fd},
    {"inotify_init1", {{"flags", flags<names::inotify_init_flags>}}, fd},
    {"inotify_add_watch", {{"fd", fd}, {"pathname", path}, {"mask", flags<names::inotify_events>}}},
    {"fanotify_init", {{"flags", flags<fanotify_flags>}, {"event_f_flags", flags<open_flags>}}, fd},
    {"fanotify_mark", {{"fanotify_fd", fd}, {"flags", flags<names::fanotify_mark_flags>}, {"mask", marked}, {"dirfd", mark_directory}, {"pathname", path}}},
    {"inotify_rm_watch", {{"fd", fd}, {"wd", integer}}},
};

} // namespace

std::span<syscall_descriptor const> descriptor_calls() noexcept
{
    return rows;
}

} // namespace cotrace::abi
