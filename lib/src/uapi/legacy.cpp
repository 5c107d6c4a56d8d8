// SPDX-License-Identifier: BSL-1.0
// The oldest calls of 32-bit x86, and calls with arguments that are different on i386. On i386, these rows take precedence
// over the rows of other topics.
#include "uapi/common.hpp"
#include "uapi/constants/memory.hpp"
#include "uapi/custom.hpp"
#include "uapi/mapping.hpp"
#include "uapi/topics.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr arch_set here{arch::i386};

constexpr type device16 = simple(shape::device, width::u16);

// struct stat, and the older struct __old_kernel_stat, both of asm/stat.h.
constexpr structure stat_type{{
    {"st_dev", device, shown::verbose, 0},
    {"st_ino", uint32, shown::verbose, 1},
    {"st_mode", file_mode16, shown::always, 2},
    {"st_nlink", uint16, shown::verbose, 3},
    {"st_uid", uint16, shown::verbose, 4},
    {"st_gid", uint16, shown::verbose, 5},
    {"st_rdev", device, shown::always, 8, a_device},
    {"st_size", uint32, shown::always, 9, no_device},
    {"st_blksize", uint32, shown::verbose, 6},
    {"st_blocks", uint32, shown::verbose, 7},
    {"st_atime", time32, shown::verbose, 10},
    {"st_atime_nsec", uint32, shown::verbose, 11},
    {"st_mtime", time32, shown::verbose, 12},
    {"st_mtime_nsec", uint32, shown::verbose, 13},
    {"st_ctime", time32, shown::verbose, 14},
    {"st_ctime_nsec", uint32, shown::verbose, 15},
    {"", uint64, shown::never, 20},
}};
static_assert(stat_type.size[1] == 64);
// A field that struct __old_kernel_stat does not have. The text output shows the field as 0.
constexpr type absent = {.shape = shape::custom, .size = {0, 0, 0}, .align = {1, 1, 1},
                         .custom = {.decode = decode::absent_number}};
constexpr structure oldest_stat_type{{
    {"st_dev", device16, shown::verbose, 0},
    {"st_ino", uint16, shown::verbose, 1},
    {"st_mode", file_mode16, shown::always, 2},
    {"st_nlink", uint16, shown::verbose, 3},
    {"st_uid", uint16, shown::verbose, 4},
    {"st_gid", uint16, shown::verbose, 5},
    {"st_blksize", absent, shown::verbose, 6},
    {"st_blocks", absent, shown::verbose, 7},
    {"st_rdev", device16, shown::always, 8, a_device},
    {"st_size", uint32, shown::always, 9, no_device},
    {"st_atime", time32, shown::verbose, 10},
    {"st_mtime", time32, shown::verbose, 11},
    {"st_ctime", time32, shown::verbose, 12},
}};
static_assert(oldest_stat_type.size[1] == 32);

// Signal masks of 32 bits, in memory or in a register.
constexpr type mask4 = {.shape = shape::signal_set, .width = width::u32, .length = exactly(4)};
constexpr type mask_number = {.shape = shape::custom, .width = width::u32, .of = &mask4,
                              .custom = {.decode = decode::number_as_set}};

constexpr enum_table handlers{"", {
    {0, "SIG_DFL"},
    {1, "SIG_IGN"},
}};
constexpr auto const& handler = one_of<handlers, width::word>;
constexpr structure action_type{{
    {"sa_handler", handler, shown::always, 0},
    {"sa_mask", mask4, shown::always, 1},
    {"sa_flags", flags<names::sigaction_flags>, shown::always, 2},
    {"sa_restorer", as::address, shown::always, 3, {2, true, 0x4000000, 0x4000000}},
}};
static_assert(action_type.size[1] == 16);

// The old mmap(2) and select(2). The only argument in a register is a pointer to these arguments.
constexpr syscall_descriptor mapped{"mmap", {{"addr", address}, {"length", size}, {"prot", flags<names::mmap_protections>}, {"flags", mapping_flags}, {"fd", fd}, {"offset", long_hex}}, address, here};
constexpr auto const& fds = in<as::fd_set<argument(0)>>;
constexpr syscall_descriptor selected{"select", {{"nfds", integer}, {"readfds", fds}, {"writefds", fds}, {"exceptfds", fds}, {"timeout", in<timeval_type>}}, {long_signed, note::selected}, here};

constexpr auto const& seek_offset = as::custom<decode::offset_high_first>;

constexpr syscall_descriptor rows[] = {
    {"chown", {{"pathname", path}, {"owner", user_id16}, {"group", user_id16}}, {}, here},
    {"lchown", {{"pathname", path}, {"owner", user_id16}, {"group", user_id16}}, {}, here},
    {"fchown", {{"fd", fd}, {"owner", user_id16}, {"group", user_id16}}, {}, here},
    {"stat", {{"pathname", path}, {"statbuf", out<stat_type>}}, {}, here},
    {"lstat", {{"pathname", path}, {"statbuf", out<stat_type>}}, {}, here},
    {"fstat", {{"fd", fd}, {"statbuf", out<stat_type>}}, {}, here},
    {"oldstat", {{"pathname", path}, {"statbuf", out<oldest_stat_type>}}, {}, here},
    {"oldlstat", {{"pathname", path}, {"statbuf", out<oldest_stat_type>}}, {}, here},
    {"oldfstat", {{"fd", fd}, {"statbuf", out<oldest_stat_type>}}, {}, here},
    {"readdir", {{"fd", fd}, {"dirp", as::custom<decode::old_directory_entry, direction::out>}, {"count", uint32}}, {}, here},
    {"_llseek", {{"fd", fd}, {"offset", seek_offset}, {"result", out<uint64>, 3}, {"whence", one_of<names::seek_whences>, 4}}, {}, here},
    {"mmap", {{"args", address}}, address, here, &mapped},
    {"select", {{"args", address}}, {}, here, &selected},
    {"signal", {{"signum", signal}, {"handler", handler}}, handler, here},
    {"sigaction", {{"signum", signal}, {"act", in<action_type>}, {"oldact", out<action_type>}}, {}, here},
    {"sigprocmask", {{"how", one_of<names::sigprocmask_hows>}, {"set", in<mask4>}, {"oldset", out<mask4>}}, {}, here},
    {"sigpending", {{"set", out<mask4>}}, {}, here},
    {"sigsuspend", {{"mask", mask_number, 2}}, {}, here},
    {"ssetmask", {{"newmask", mask_number}}, long_hex, here},
    {"stime", {{"t", in_unless_failed<time32>}}, {}, here},
    {"ipc", {{"call", uint32}, {"first", long_hex}, {"second", long_hex}, {"third", long_hex}, {"ptr", long_hex}, {"fifth", long_hex}}, {}, here},
};

} // namespace

std::span<syscall_descriptor const> legacy_calls() noexcept
{
    return rows;
}

} // namespace cotrace::uapi
