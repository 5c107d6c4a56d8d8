// SPDX-License-Identifier: BSL-1.0
// System calls with paths, and the structures that describe files.
#include "uapi/common.hpp"
#include "uapi/constants/memory.hpp"
#include "uapi/constants/stat.hpp"
#include "uapi/growing.hpp"
#include "uapi/topics.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr auto plain_at_flags = renamed(names::at_flags);
constexpr slice statx_flags[] = {{flags<names::statx_sync_types>, 0x6000, true}, {flags<plain_at_flags>, ~std::uint64_t{0x6000}}};

// The value of an extended attribute. It is often text with a null byte at the end, which is not shown.
template <amount Length>
constexpr auto const& attribute_of = as::custom<decode::attribute_value, direction::in, Length>;
constexpr auto const& value_in = in<attribute_of<argument(3)>>;
constexpr auto const& value_out = out<attribute_of<returned()>>;

// If the size of the buffer is 0, listxattr(2) returns only the length of the names, and the text output shows the buffer's
// address.
constexpr choice_case no_room[] = {{0, address}};
template <unsigned Size>
constexpr auto const& names_if_sized = chosen<argument(Size), no_room, out_bytes>;

// struct xattr_args: `attribute_set` at the entry of setxattrat(2), `attribute_got` at the exit of getxattrat(2), and
// `attribute_plain` if getxattrat(2) failed.
constexpr structure attribute_set{{
    {"value", in64<attribute_of<member(1)>>},
    {"size", uint32},
    {"flags", flags<names::xattr_flags>},
}};
constexpr choice_case no_value[] = {{0, address64}};
constexpr structure attribute_got{{
    {"value", chosen64<member(1), no_value, in64<attribute_of<returned()>>>},
    {"size", uint32},
    {"flags", flags<names::xattr_flags>},
}};

constexpr structure attribute_plain{{
    {"value", address64},
    {"size", uint32},
    {"flags", flags<names::xattr_flags>},
}};

// struct file_attr (Linux 6.17): `file_attributes_set` in file_setattr(2), `file_attributes_got` in file_getattr(2).
constexpr structure file_attributes_set{{
    {"fa_xflags", flags<names::extended_inode_flags, width::u64>},
    {"fa_extsize", uint32},
    {"fa_nextents", uint32, shown::never},
    {"fa_projid", hex32},
    {"fa_cowextsize", uint32},
}};
constexpr structure file_attributes_got{{
    {"fa_xflags", flags<names::extended_inode_flags, width::u64>},
    {"fa_extsize", uint32},
    {"fa_nextents", uint32},
    {"fa_projid", hex32},
    {"fa_cowextsize", uint32},
}};

// struct stat of x86-64 and x32, asm/stat.h. Without -v, only the mode is shown, and the size or the device number.
constexpr structure stat_x86_64{{
    {"st_dev", device64, shown::verbose, 0},
    {"st_ino", uint64, shown::verbose, 1},
    {"st_nlink", uint64, shown::verbose, 3},
    {"st_mode", file_mode, shown::always, 2},
    {"st_uid", uint32, shown::verbose, 4},
    {"st_gid", uint32, shown::verbose, 5},
    {"", uint32, shown::never, 20},
    {"st_rdev", device64, shown::always, 8, a_device},
    {"st_size", uint64, shown::always, 9, no_device},
    {"st_blksize", uint64, shown::verbose, 6},
    {"st_blocks", uint64, shown::verbose, 7},
    {"st_atime", time64, shown::verbose, 10},
    {"st_atime_nsec", uint64, shown::verbose, 11},
    {"st_mtime", time64, shown::verbose, 12},
    {"st_mtime_nsec", uint64, shown::verbose, 13},
    {"st_ctime", time64, shown::verbose, 14},
    {"st_ctime_nsec", uint64, shown::verbose, 15},
    {"", as::array<uint64, exactly(3)>, shown::never, 21},
}};
static_assert(stat_x86_64.size[0] == 144);

// struct stat of aarch64 and riscv64, asm-generic/stat.h.
constexpr structure stat_generic{{
    {"st_dev", device64, shown::verbose, 0},
    {"st_ino", uint64, shown::verbose, 1},
    {"st_mode", file_mode, shown::always, 2},
    {"st_nlink", uint32, shown::verbose, 3},
    {"st_uid", uint32, shown::verbose, 4},
    {"st_gid", uint32, shown::verbose, 5},
    {"st_rdev", device64, shown::always, 8, a_device},
    {"", uint64, shown::never, 20},
    {"st_size", uint64, shown::always, 9, no_device},
    {"st_blksize", integer, shown::verbose, 6},
    {"", uint32, shown::never, 21},
    {"st_blocks", uint64, shown::verbose, 7},
    {"st_atime", time64, shown::verbose, 10},
    {"st_atime_nsec", uint64, shown::verbose, 11},
    {"st_mtime", time64, shown::verbose, 12},
    {"st_mtime_nsec", uint64, shown::verbose, 13},
    {"st_ctime", time64, shown::verbose, 14},
    {"st_ctime_nsec", uint64, shown::verbose, 15},
    {"", uint64, shown::never, 22},
}};
static_assert(stat_generic.size[0] == 128);

// struct stat64 of i386. Its 64-bit fields are aligned to 4 bytes.
constexpr structure stat64_i386{{
    {"st_dev", device64, shown::verbose, 0},
    {"", uint32, shown::never, 20},
    {"", uint32, shown::never, 21},
    {"st_mode", file_mode, shown::always, 2},
    {"st_nlink", uint32, shown::verbose, 3},
    {"st_uid", uint32, shown::verbose, 4},
    {"st_gid", uint32, shown::verbose, 5},
    {"st_rdev", device64, shown::always, 8, a_device},
    {"", uint32, shown::never, 22},
    {"st_size", uint64, shown::always, 9, no_device},
    {"st_blksize", uint32, shown::verbose, 6},
    {"st_blocks", uint64, shown::verbose, 7},
    {"st_atime", time32, shown::verbose, 10},
    {"st_atime_nsec", uint32, shown::verbose, 11},
    {"st_mtime", time32, shown::verbose, 12},
    {"st_mtime_nsec", uint32, shown::verbose, 13},
    {"st_ctime", time32, shown::verbose, 14},
    {"st_ctime_nsec", uint32, shown::verbose, 15},
    {"st_ino", uint64, shown::verbose, 1},
}};
static_assert(stat64_i386.size[1] == 96);

constexpr structure statx_timestamp{{
    {"tv_sec", int64},
    {"tv_nsec", uint32},
    {"", uint32, shown::never},
}, {}, layout::natural, 9};
constexpr structure file_time{{{"tv_sec", long_signed}, {"tv_nsec", long_unsigned}}, {}, layout::natural, 9};
constexpr structure file_time64{{{"tv_sec", int64}, {"tv_nsec", uint64}}, {}, layout::natural, 9};

// `filled_in`: `stx_mask` says that the kernel filled in the field. `writes_atomically`: `stx_attributes` contains
// STATX_ATTR_WRITE_ATOMIC.
constexpr condition filled_in(std::uint32_t bits) { return {0, false, bits, 0}; }
constexpr condition writes_atomically{2, true, 0x400000, 0x400000};
constexpr structure statx_type{{
    {"stx_mask", flags<names::statx_masks>, shown::always, 0},
    {"stx_blksize", uint32, shown::verbose, 1},
    {"stx_attributes", flags<names::statx_attributes, width::u64>, shown::always, 2},
    {"stx_nlink", uint32, shown::verbose, 3, filled_in(0x4)},
    {"stx_uid", user_id, shown::verbose, 4, filled_in(0x8)},
    {"stx_gid", user_id, shown::verbose, 5, filled_in(0x10)},
    {"stx_mode", file_mode16, shown::always, 6, filled_in(0x3)},
    {"", uint16, shown::never, 30},
    {"stx_ino", uint64, shown::verbose, 7, filled_in(0x100)},
    {"stx_size", uint64, shown::always, 8, filled_in(0x200)},
    {"stx_blocks", uint64, shown::verbose, 9, filled_in(0x400)},
    {"stx_attributes_mask", flags<names::statx_attributes, width::u64>, shown::verbose, 10},
    {"stx_atime", statx_timestamp, shown::verbose, 11, filled_in(0x20)},
    {"stx_btime", statx_timestamp, shown::verbose, 12, filled_in(0x800)},
    {"stx_ctime", statx_timestamp, shown::verbose, 13, filled_in(0x80)},
    {"stx_mtime", statx_timestamp, shown::verbose, 14, filled_in(0x40)},
    {"stx_rdev_major", uint32, shown::verbose, 15},
    {"stx_rdev_minor", uint32, shown::verbose, 16},
    {"stx_dev_major", uint32, shown::verbose, 17},
    {"stx_dev_minor", uint32, shown::verbose, 18},
    {"stx_mnt_id", hex64, shown::verbose, 19, filled_in(0x1000)},
    {"stx_dio_mem_align", uint32, shown::verbose, 20, filled_in(0x2000)},
    {"stx_dio_offset_align", uint32, shown::verbose, 21, filled_in(0x2000)},
    {"stx_subvol", hex64, shown::verbose, 22, filled_in(0x8000)},
    {"stx_atomic_write_unit_min", uint32, shown::verbose, 23, writes_atomically},
    {"stx_atomic_write_unit_max", uint32, shown::verbose, 24, writes_atomically},
    {"stx_atomic_write_segments_max", uint32, shown::verbose, 25, writes_atomically},
    {"stx_dio_read_offset_align", uint32, shown::verbose, 26, filled_in(0x20000)},
    {"stx_atomic_write_unit_max_opt", uint32, shown::verbose, 27, writes_atomically},
    {"", uint32, shown::never, 31},
    {"", as::array<uint64, exactly(8)>, shown::never, 32},
}};
static_assert(statx_type.size[0] == 256);

constexpr structure fsid_type{{{"val", as::array<hex32, exactly(2)>}}};

// The field f_flags of struct statfs is valid only if it contains ST_VALID. Older kernels do not set this field.
constexpr condition valid{10, true, 0x20, 0x20};

constexpr structure statfs_type{{
    {"f_type", one_of<names::file_system_magics, width::klong>},
    {"f_bsize", long_unsigned},
    {"f_blocks", long_unsigned},
    {"f_bfree", long_unsigned},
    {"f_bavail", long_unsigned},
    {"f_files", long_unsigned},
    {"f_ffree", long_unsigned},
    {"f_fsid", fsid_type},
    {"f_namelen", long_unsigned},
    {"f_frsize", long_unsigned},
    {"f_flags", as::flags<names::statfs_flags, width::klong>, shown::always, 0, valid},
    {"", as::array<long_unsigned, exactly(4)>, shown::never},
}};

// struct compat_statfs64, packed to 84 bytes.
constexpr structure statfs64_type{{
    {"f_type", one_of<names::file_system_magics>},
    {"f_bsize", uint32},
    {"f_blocks", uint64},
    {"f_bfree", uint64},
    {"f_bavail", uint64},
    {"f_files", uint64},
    {"f_ffree", uint64},
    {"f_fsid", fsid_type},
    {"f_namelen", uint32},
    {"f_frsize", uint32},
    {"f_flags", as::flags<names::statfs_flags>, shown::always, 0, valid},
    {"", as::array<uint32, exactly(4)>, shown::never},
}};
static_assert(statfs64_type.size[1] == 84);
constexpr choice_case statfs64_sizes[] = {{84, out<statfs64_type>}, {88, out<statfs64_type>}};

// The field `mode` of struct open_how. If openat2(2) cannot create a file, a mode of 0 is left out.
constexpr type how_mode = {.shape = shape::permissions, .width = width::u64};
constexpr type wide_choice(type const& otherwise, amount by, choice_case const* cases)
{
    return {.shape = shape::choice, .width = width::u64, .of = &otherwise, .length = by, .cases = cases, .count = 1,
            .size = {8, 8, 8}, .align = {8, 4, 8}};
}
constexpr choice_case makes_no_file[] = {{0, nothing}};
constexpr type mode_if_made = wide_choice(how_mode, member(0, O_CREAT | 020000000), makes_no_file);
constexpr choice_case no_mode[] = {{0, mode_if_made}};
constexpr type mode_if_any = wide_choice(how_mode, member(1), no_mode);
constexpr structure open_how{{
    {"flags", as::flags<open_how_flags, width::u64>},
    {"mode", mode_if_any},
    {"resolve", as::flags<names::resolve_flags, width::u64>},
}};

constexpr structure utimbuf{{{"actime", as::time}, {"modtime", as::time}}};
constexpr structure file_timeval{{{"tv_sec", long_signed}, {"tv_usec", long_unsigned}}, {}, layout::natural, 6};

constexpr auto secret_flags = renamed(names::memfd_secret_flags);

// The argument `mode` of open(2). It is shown only if the flags let open(2) create a file.
constexpr choice_case with_mode[] = {{0, nothing}};
template <unsigned Flags>
constexpr auto const& mode_unless_created = chosen<argument(Flags, O_CREAT | 020000000), with_mode, permissions16>;

// The argument `dev` of mknod(2). It is shown only if the argument `mode` says that the file is a device.
constexpr choice_case device_kinds[] = {{0020000, device}, {0060000, device}};
template <unsigned Mode>
constexpr auto const& device_if_device = chosen<argument(Mode, 0170000), device_kinds, nothing>;

constexpr auto const& two_times = as::array<file_time, exactly(2)>;
constexpr auto const& two_times64 = as::array<file_time64, exactly(2)>;
constexpr auto const& two_timevals = as::array<file_timeval, exactly(2)>;

constexpr arch_set with_x86_stat{arch::x86_64, arch::x32};
constexpr arch_set with_generic_stat{arch::aarch64, arch::riscv64};

constexpr syscall_descriptor rows[] = {
    {"open", {{"pathname", path}, {"flags", flags<open_flags>}, {"mode", mode_unless_created<1>}}, fd},
    {"openat", {{"dirfd", dirfd}, {"pathname", path}, {"flags", flags<open_flags>}, {"mode", mode_unless_created<2>}}, fd},
    {"openat2", {{"dirfd", dirfd}, {"pathname", path}, {"how", in<growing<open_how, argument(3), 24>>}, {"size", size}}, fd},
    {"creat", {{"pathname", path}, {"mode", permissions16}}, fd},
    {"access", {{"pathname", path}, {"mode", flags<names::access_flags>}}},
    {"faccessat", {{"dirfd", dirfd}, {"pathname", path}, {"mode", flags<names::access_flags>}}},
    {"faccessat2", {{"dirfd", dirfd}, {"pathname", path}, {"mode", flags<names::access_flags>}, {"flags", flags<names::faccessat_flags>}}},
    {"stat", {{"pathname", path}, {"statbuf", out<stat_x86_64>}}, {}, with_x86_stat},
    {"lstat", {{"pathname", path}, {"statbuf", out<stat_x86_64>}}, {}, with_x86_stat},
    {"fstat", {{"fd", fd}, {"statbuf", out<stat_x86_64>}}, {}, with_x86_stat},
    {"newfstatat", {{"dirfd", dirfd}, {"pathname", path}, {"statbuf", out<stat_x86_64>}, {"flags", flags<at_flags>}}, {}, with_x86_stat},
    {"fstat", {{"fd", fd}, {"statbuf", out<stat_generic>}}, {}, with_generic_stat},
    {"newfstatat", {{"dirfd", dirfd}, {"pathname", path}, {"statbuf", out<stat_generic>}, {"flags", flags<at_flags>}}, {}, with_generic_stat},
    {"stat64", {{"pathname", path}, {"statbuf", out<stat64_i386>}}},
    {"lstat64", {{"pathname", path}, {"statbuf", out<stat64_i386>}}},
    {"fstat64", {{"fd", fd}, {"statbuf", out<stat64_i386>}}},
    {"fstatat64", {{"dirfd", dirfd}, {"pathname", path}, {"statbuf", out<stat64_i386>}, {"flags", flags<at_flags>}}},
    {"statx", {{"dirfd", dirfd}, {"pathname", path}, {"flags", packed<statx_flags>}, {"mask", flags<names::statx_masks>}, {"statxbuf", out<statx_type>}}},
    {"statfs", {{"pathname", path}, {"buf", out<statfs_type>}}},
    {"fstatfs", {{"fd", fd}, {"buf", out<statfs_type>}}},
    {"statfs64", {{"pathname", path}, {"size", size}, {"buf", chosen<argument(1), statfs64_sizes>}}},
    {"fstatfs64", {{"fd", fd}, {"size", size}, {"buf", chosen<argument(1), statfs64_sizes>}}},
    {"readlink", {{"pathname", path}, {"buf", out_bytes}, {"bufsiz", size}}},
    {"readlinkat", {{"dirfd", dirfd}, {"pathname", path}, {"buf", out_bytes}, {"bufsiz", size}}},
    {"mkdir", {{"pathname", path}, {"mode", permissions16}}},
    {"mkdirat", {{"dirfd", dirfd}, {"pathname", path}, {"mode", permissions16}}},
    {"mknod", {{"pathname", path}, {"mode", file_mode16}, {"dev", device_if_device<1>}}},
    {"mknodat", {{"dirfd", dirfd}, {"pathname", path}, {"mode", file_mode16}, {"dev", device_if_device<2>}}},
    {"rmdir", {{"pathname", path}}},
    {"unlink", {{"pathname", path}}},
    {"unlinkat", {{"dirfd", dirfd}, {"pathname", path}, {"flags", flags<at_flags>}}},
    {"rename", {{"oldpath", path}, {"newpath", path}}},
    {"renameat", {{"olddirfd", dirfd}, {"oldpath", path}, {"newdirfd", dirfd}, {"newpath", path}}},
    {"renameat2", {{"olddirfd", dirfd}, {"oldpath", path}, {"newdirfd", dirfd}, {"newpath", path}, {"flags", flags<names::rename_flags>}}},
    {"link", {{"oldpath", path}, {"newpath", path}}},
    {"linkat", {{"olddirfd", dirfd}, {"oldpath", path}, {"newdirfd", dirfd}, {"newpath", path}, {"flags", flags<at_flags>}}},
    {"symlink", {{"target", path}, {"linkpath", path}}},
    {"symlinkat", {{"target", path}, {"newdirfd", dirfd}, {"linkpath", path}}},
    {"chmod", {{"pathname", path}, {"mode", permissions16}}},
    {"fchmod", {{"fd", fd}, {"mode", permissions16}}},
    {"fchmodat", {{"dirfd", dirfd}, {"pathname", path}, {"mode", permissions16}}},
    {"fchmodat2", {{"dirfd", dirfd}, {"pathname", path}, {"mode", permissions16}, {"flags", flags<names::at_path_flags>}}},
    {"chown", {{"pathname", path}, {"owner", user_id}, {"group", user_id}}},
    {"lchown", {{"pathname", path}, {"owner", user_id}, {"group", user_id}}},
    {"fchown", {{"fd", fd}, {"owner", user_id}, {"group", user_id}}},
    {"chown32", {{"pathname", path}, {"owner", user_id}, {"group", user_id}}},
    {"lchown32", {{"pathname", path}, {"owner", user_id}, {"group", user_id}}},
    {"fchown32", {{"fd", fd}, {"owner", user_id}, {"group", user_id}}},
    {"fchownat", {{"dirfd", dirfd}, {"pathname", path}, {"owner", user_id}, {"group", user_id}, {"flags", flags<at_flags>}}},
    {"chdir", {{"path", path}}},
    {"fchdir", {{"fd", fd}}},
    {"chroot", {{"path", path}}},
    {"getcwd", {{"buf", out<as::custom<decode::returned_path>>}, {"size", size}}},
    {"truncate", {{"path", path}, {"length", long_unsigned}}},
    {"truncate64", {{"path", path}, {"length", pair_unsigned}}},
    {"utime", {{"filename", path}, {"times", in<utimbuf>}}},
    {"utimes", {{"filename", path}, {"times", in<two_timevals>}}},
    {"futimesat", {{"dirfd", dirfd}, {"pathname", path}, {"times", in<two_timevals>}}},
    {"utimensat", {{"dirfd", dirfd}, {"pathname", path}, {"times", in<two_times>}, {"flags", flags<at_flags>}}},
    {"utimensat_time64", {{"dirfd", dirfd}, {"pathname", path}, {"times", in<two_times64>}, {"flags", flags<at_flags>}}},
    {"acct", {{"filename", path}}},
    {"uselib", {{"library", path}}},
    {"setxattr", {{"path", path}, {"name", string}, {"value", value_in}, {"size", size}, {"flags", flags<names::xattr_flags>}}},
    {"lsetxattr", {{"path", path}, {"name", string}, {"value", value_in}, {"size", size}, {"flags", flags<names::xattr_flags>}}},
    {"fsetxattr", {{"fd", fd}, {"name", string}, {"value", value_in}, {"size", size}, {"flags", flags<names::xattr_flags>}}},
    {"getxattr", {{"path", path}, {"name", string}, {"value", chosen<argument(3), no_room, value_out>}, {"size", size}}},
    {"lgetxattr", {{"path", path}, {"name", string}, {"value", chosen<argument(3), no_room, value_out>}, {"size", size}}},
    {"fgetxattr", {{"fd", fd}, {"name", string}, {"value", chosen<argument(3), no_room, value_out>}, {"size", size}}},
    {"listxattr", {{"path", path}, {"list", names_if_sized<2>}, {"size", size}}},
    {"llistxattr", {{"path", path}, {"list", names_if_sized<2>}, {"size", size}}},
    {"flistxattr", {{"fd", fd}, {"list", names_if_sized<2>}, {"size", size}}},
    {"memfd_secret", {{"flags", flags<secret_flags>}}, fd},
    {"setxattrat", {{"dirfd", dirfd}, {"pathname", path}, {"flags", flags<names::at_path_flags>}, {"name", string}, {"args", in<growing<attribute_set, argument(5), 16>>}, {"size", size}}},
    {"getxattrat", {{"dirfd", dirfd}, {"pathname", path}, {"flags", flags<names::at_path_flags>}, {"name", string}, {"args", out_or<growing<attribute_got, argument(5), 16>, growing<attribute_plain, argument(5), 16>>}, {"size", size}}},
    {"listxattrat", {{"dirfd", dirfd}, {"pathname", path}, {"flags", flags<names::at_path_flags>}, {"list", names_if_sized<4>}, {"size", size}}},
    {"removexattrat", {{"dirfd", dirfd}, {"pathname", path}, {"flags", flags<names::at_path_flags>}, {"name", string}}},
    {"file_getattr", {{"dirfd", dirfd}, {"pathname", path}, {"attr", out<growing_in_page<file_attributes_got, argument(3), 24>>}, {"size", size}, {"flags", flags<names::at_path_flags>}}},
    {"file_setattr", {{"dirfd", dirfd}, {"pathname", path}, {"attr", in<growing_in_page<file_attributes_set, argument(3), 24>>}, {"size", size}, {"flags", flags<names::at_path_flags>}}},
    {"removexattr", {{"path", path}, {"name", string}}},
    {"lremovexattr", {{"path", path}, {"name", string}}},
    {"fremovexattr", {{"fd", fd}, {"name", string}}},
};

} // namespace

std::span<syscall_descriptor const> file_calls() noexcept
{
    return rows;
}

} // namespace cotrace::uapi
