// SPDX-License-Identifier: BSL-1.0
// System calls on open files.
#include "uapi/common.hpp"
#include "uapi/constants/notify.hpp"
#include "uapi/custom.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"
#include "uapi/requests.hpp"
#include "uapi/topics.hpp"

#include <sys/file.h>

namespace cotrace::uapi {
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
constexpr choice_case owners[] = {{2, process_group}};
constexpr structure owner_type{{{"type", one_of<names::owner_types>}, {"pid", chosen32<member(0), owners, process_id>}}};

constexpr auto const& write_life = one_of<names::write_hints, width::u64>;
constexpr structure delegation{{
    {"d_flags", hex32},
    {"d_type", one_of<names::lock_types, width::u16>},
    {"__pad", hex16},
}};

// The arguments of fcntl(2). fcntl64(2) of i386 also has the commands for 64-bit locks.
constexpr choice_case fcntl_arguments[] = {
    {0, integer},
    {1, nothing},
    {2, flags<names::fd_flags>},
    {3, nothing},
    {4, flags<open_flags>},
    {5, out<flock_got>},
    {6, in<flock_type>},
    {7, in<flock_type>},
    {8, process_id},
    {9, nothing},
    {10, signal},
    {11, nothing},
    {15, in<owner_type>},
    {16, out<owner_type>},
    {36, out<flock64_got>},
    {37, in<flock64_type>},
    {38, in<flock64_type>},
    {1024, one_of<names::lock_types, width::klong>},
    {1025, nothing},
    {1026, flags<names::notify_flags, width::klong>},
    {1027, fd},
    {1030, integer},
    {1031, integer},
    {1032, nothing},
    {1033, flags<names::seal_flags, width::klong>},
    {1034, nothing},
    {1035, out<write_life>},
    {1036, in<write_life>},
    {1037, out<write_life>},
    {1038, in<write_life>},
    {1039, out<delegation>},
    {1040, in<delegation>},
};
constexpr choice_case fcntl64_locks[] = {
    {12, out<flock64_got>},
    {13, in<flock64_type>},
    {14, in<flock64_type>},
};
constexpr std::string_view flags_word{"flags "}, seals_word{"seals "};
constexpr auto fd_flag_names = renamed(names::fd_flags);
constexpr auto seal_names = renamed(names::seal_flags);
// The flags that fcntl(2) returns. The text output shows the names of file status flags with every argument of strace's
// option -X.
constexpr type fd_flags_got = {.shape = shape::flags, .style = style::hex, .names = &fd_flag_names,
                               .text = {.prefix = flags_word}};
constexpr type file_flags_got = {.shape = shape::flags, .style = style::hex, .names = &open_flags,
                                 .text = {.annotated = annotation::whole, .prefix = flags_word}};
constexpr type seals_got = {.shape = shape::flags, .style = style::hex, .names = &seal_names,
                            .text = {.prefix = seals_word}};
constexpr choice_case fcntl_results[] = {
    {0, fd},
    {1, fd_flags_got},
    {3, file_flags_got},
    {9, process_id},
    {11, signal},
    {1025, one_of<names::lock_types>},
    {1030, fd},
    {1034, seals_got},
};
constexpr auto const& fcntl_argument = chosen<argument(1), fcntl_arguments, long_hex>;
constexpr auto const& fcntl64_argument = chosen<argument(1), fcntl64_locks, fcntl_argument>;
constexpr auto const& fcntl_result = chosen<argument(1), fcntl_results, long_signed>;

template <auto const& Names>
constexpr type request_of = {.shape = shape::ioctl_request, .style = style::hex, .names = &Names};

// Requests of 64-bit programs that have other numbers on i386. If an i386 program uses such a number, the argument is shown
// as a number.
constexpr choice_case wide_requests[] = {
    {0x40081271, long_hex},   // BLKBSZSET
    {0x40082406, long_hex},   // PERF_EVENT_IOC_SET_FILTER
    {0x4008240b, long_hex},   // PERF_EVENT_IOC_MODIFY_ATTRIBUTES
    {0x4008550c, long_hex},   // USBDEVFS_REAPURB
    {0x4008550d, long_hex},   // USBDEVFS_REAPURBNDELAY
    {0x4008556c, long_hex},   // UI_SET_PHYS
    {0x4008700c, long_hex},   // RTC_IRQP_SET
    {0x4008700e, long_hex},   // RTC_EPOCH_SET
    {0x401054d5, long_hex},   // TUNATTACHFILTER
    {0x401054d6, long_hex},   // TUNDETACHFILTER
    {0x40207012, long_hex},   // RTC_PLL_SET
    {0x40304580, long_hex},   // EVIOCSFF
    {0x4030560b, long_hex},   // VIDIOC_S_FBUF
    {0x40489426, long_hex},   // BTRFS_IOC_SEND
    {0x406855c9, long_hex},   // UI_END_FF_UPLOAD
    {0x80081270, long_hex},   // BLKBSZGET
    {0x80081272, long_hex},   // BLKGETSIZE64
    {0x80082407, long_hex},   // PERF_EVENT_IOC_ID
    {0x8008700b, long_hex},   // RTC_IRQP_READ
    {0x8008700d, long_hex},   // RTC_EPOCH_READ
    {0x801054db, long_hex},   // TUNGETFILTER
    {0x8010550e, long_hex},   // USBDEVFS_DISCSIGNAL
    {0x80207011, long_hex},   // RTC_PLL_GET
    {0x8030560a, long_hex},   // VIDIOC_G_FBUF
    {0x8038550a, long_hex},   // USBDEVFS_SUBMITURB
    {0x81f8943c, long_hex},   // BTRFS_IOC_GET_SUBVOL_INFO
    {0xc008240a, long_hex},   // PERF_EVENT_IOC_QUERY_BPF
    {0xc0089364, long_hex},   // AUTOFS_IOC_SETTIMEOUT
    {0xc0104d03, long_hex},   // MEMWRITEOOB, which on i386 is the number of MTRRIOC_GET_ENTRY
    {0xc0104d04, long_hex},   // MEMREADOOB
    {0xc0105512, long_hex},   // USBDEVFS_IOCTL
    {0xc0185500, long_hex},   // USBDEVFS_CONTROL
    {0xc0185502, long_hex},   // USBDEVFS_BULK
    {0xc0205647, long_hex},   // VIDIOC_G_EXT_CTRLS
    {0xc0205648, long_hex},   // VIDIOC_S_EXT_CTRLS
    {0xc0205649, long_hex},   // VIDIOC_TRY_EXT_CTRLS
    {0xc0481273, long_hex},   // BLKTRACESETUP
    {0xc0485619, long_hex},   // VIDIOC_ENUMSTD
    {0xc0505609, long_hex},   // VIDIOC_QUERYBUF_TIME32
    {0xc050560f, long_hex},   // VIDIOC_QBUF_TIME32
    {0xc0505611, long_hex},   // VIDIOC_DQBUF_TIME32
    {0xc050561a, long_hex},   // VIDIOC_ENUMINPUT
    {0xc050565d, long_hex},   // VIDIOC_PREPARE_BUF_TIME32
    {0xc0585609, long_hex},   // VIDIOC_QUERYBUF
    {0xc058560f, long_hex},   // VIDIOC_QBUF
    {0xc0585611, long_hex},   // VIDIOC_DQBUF
    {0xc058565d, long_hex},   // VIDIOC_PREPARE_BUF
    {0xc06855c8, long_hex},   // UI_BEGIN_FF_UPLOAD
    {0xc0c89425, long_hex},   // BTRFS_IOC_SET_RECEIVED_SUBVOL
    {0xc0d05604, long_hex},   // VIDIOC_G_FMT
    {0xc0d05605, long_hex},   // VIDIOC_S_FMT
    {0xc0d05640, long_hex},   // VIDIOC_TRY_FMT
    {0xc100565c, long_hex},   // VIDIOC_CREATE_BUFS
    {0xca289435, long_hex},   // BTRFS_IOC_DEV_REPLACE
};
constexpr auto const& ioctl_argument = chosen<argument(1, 0xff00), ioctl_families, unknown_argument>;
constexpr auto const& ioctl_argument_by_family_i386 = chosen<argument(1, 0xff00), ioctl_families_i386, ioctl_argument>;
constexpr auto const& ioctl_argument_i386 = chosen<argument(1), wide_requests, ioctl_argument_by_family_i386>;
constexpr auto const& ioctl_result = chosen<argument(1), ioctl_results, long_signed>;
constexpr arch_set wide{arch::x86_64, arch::aarch64, arch::riscv64};

constexpr slice fanotify_flags[] = {
    {one_of<names::fanotify_classes>, 0xc, true},
    {flags<names::fanotify_init_flags>, ~std::uint64_t{0xc}},
};
constexpr type marked = {.shape = shape::flags, .width = width::u64, .style = style::hex, .register_pair = true, .names = &names::fanotify_events};
constexpr enum_table no_directory{"", {{0xffffffff, "FAN_NOFD"}}};
constexpr choice_case mark_directories[] = {{0xffffffff, one_of_decimal<no_directory>}};
constexpr auto const& mark_directory = chosen<argument(3, 0xffffffff), mark_directories, dirfd>;

constexpr auto const& iovecs_in = in<as::array<iovec_in, argument(2)>>;
constexpr auto const& iovecs_out = out_or<as::array<iovec_out, argument(2)>, as::array<iovec_plain, argument(2)>>;
constexpr auto const& offset = in<int64>;
// The offset of sendfile(2), which the text output shows before and after the call.
template <auto const& Offset>
constexpr type moved = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &Offset, .length = returned(),
                        .text = {.always_changed = true}};

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
    {"dup", {{"oldfd", fd}}, fd},
    {"dup2", {{"oldfd", fd}, {"newfd", fd}}, fd},
    {"dup3", {{"oldfd", fd}, {"newfd", fd}, {"flags", flags<new_fd_flags>}}, fd},
    {"fcntl", {{"fd", fd}, {"cmd", one_of<names::fcntl_commands>}, {"arg", fcntl_argument}}, fcntl_result},
    {"fcntl64", {{"fd", fd}, {"cmd", one_of<names::fcntl_commands>}, {"arg", fcntl64_argument}}, fcntl_result},
    {"ioctl", {{"fd", fd}, {"request", request_of<requests_64>}, {"argp", ioctl_argument}}, ioctl_result, wide},
    {"ioctl", {{"fd", fd}, {"request", request_of<requests_i386>}, {"argp", ioctl_argument_i386}}, ioctl_result, {arch::i386}},
    {"ioctl", {{"fd", fd}, {"request", request_of<requests_x32>}, {"argp", ioctl_argument}}, ioctl_result, {arch::x32}},
    {"flock", {{"fd", fd}, {"operation", flags<names::flock_operations>}}},
    {"fsync", {{"fd", fd}}},
    {"fdatasync", {{"fd", fd}}},
    {"syncfs", {{"fd", fd}}},
    {"ftruncate", {{"fd", fd}, {"length", long_unsigned}}},
    {"ftruncate64", {{"fd", fd}, {"length", pair_unsigned}}},
    {"fallocate", {{"fd", fd}, {"mode", flags<names::fallocate_modes>}, {"offset", pair_signed}, {"len", pair_signed}}},
    {"fadvise64", {{"fd", fd}, {"offset", pair_signed}, {"len", size}, {"advice", one_of<names::fadvise_advices>}}},
    {"fadvise64_64", {{"fd", fd}, {"offset", pair_signed}, {"len", pair_signed}, {"advice", one_of<names::fadvise_advices>}}},
    {"readahead", {{"fd", fd}, {"offset", pair_signed}, {"count", size}}},
    {"sync_file_range", {{"fd", fd}, {"offset", pair_signed}, {"nbytes", pair_signed}, {"flags", flags<names::sync_file_range_flags>}}},
    {"pipe", {{"pipefd", out<two_fds>}}},
    {"pipe2", {{"pipefd", out<two_fds>}, {"flags", flags<new_fd_flags>}}},
    {"eventfd", {{"initval", uint32}}, fd},
    {"eventfd2", {{"initval", uint32}, {"flags", flags<names::eventfd_flags>}}, fd},
    {"sendfile", {{"out_fd", fd}, {"in_fd", fd}, {"offset", moved<long_unsigned>}, {"count", size}}},
    {"sendfile64", {{"out_fd", fd}, {"in_fd", fd}, {"offset", moved<uint64>}, {"count", size}}},
    {"splice", {{"fd_in", fd}, {"off_in", offset}, {"fd_out", fd}, {"off_out", offset}, {"len", size}, {"flags", flags<names::splice_flags>}}},
    {"tee", {{"fd_in", fd}, {"fd_out", fd}, {"len", size}, {"flags", flags<names::splice_flags>}}},
    {"vmsplice", {{"fd", fd}, {"iov", iovecs_in}, {"nr_segs", size}, {"flags", flags<names::splice_flags>}}},
    {"copy_file_range", {{"fd_in", fd}, {"off_in", offset}, {"fd_out", fd}, {"off_out", offset}, {"len", size}, {"flags", uint32}}},
    {"getdents64", {{"fd", fd}, {"dirp", as::custom<decode::directory_entries, direction::out>}, {"count", uint32}}},
    {"getdents", {{"fd", fd}, {"dirp", as::custom<decode::directory_entries, direction::out>}, {"count", uint32}}},
    {"inotify_init", {}, fd},
    {"inotify_init1", {{"flags", flags<names::inotify_init_flags>}}, fd},
    {"inotify_add_watch", {{"fd", fd}, {"pathname", path}, {"mask", flags<names::inotify_events>}}},
    {"fanotify_init", {{"flags", packed<fanotify_flags>}, {"event_f_flags", flags<open_flags>}}, fd},
    {"fanotify_mark", {{"fanotify_fd", fd}, {"flags", flags<names::fanotify_mark_flags>}, {"mask", marked}, {"dirfd", mark_directory}, {"pathname", path}}},
    {"inotify_rm_watch", {{"fd", fd}, {"wd", integer}}},
};

} // namespace

std::span<syscall_descriptor const> descriptor_calls() noexcept
{
    return rows;
}

} // namespace cotrace::uapi
