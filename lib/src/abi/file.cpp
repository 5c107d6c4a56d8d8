// SPDX-License-Identifier: BSL-1.0
// Calls that name files, and what they tell about them.
#include "abi/common.hpp"
#include "abi/topics.hpp"

namespace cotrace::abi {
namespace {

using namespace as;

constexpr flag_table access_modes{"?_OK", {
    {0, "F_OK", 0},
    {4, "R_OK"},
    {2, "W_OK"},
    {1, "X_OK"},
}};

constexpr flag_table faccessat_flags{"AT_???", {
    {0x100, "AT_SYMLINK_NOFOLLOW"},
    {0x200, "AT_EACCESS"},
    {0x1000, "AT_EMPTY_PATH"},
}};

constexpr flag_table rename_flags{"RENAME_???", {
    {1, "RENAME_NOREPLACE"},
    {2, "RENAME_EXCHANGE"},
    {4, "RENAME_WHITEOUT"},
}};

constexpr flag_table statx_flags{"AT_???", {
    {0x0000, "AT_STATX_SYNC_AS_STAT", 0x6000},
    {0x2000, "AT_STATX_FORCE_SYNC"},
    {0x4000, "AT_STATX_DONT_SYNC"},
    {0x100, "AT_SYMLINK_NOFOLLOW"},
    {0x200, "AT_REMOVEDIR"},
    {0x400, "AT_SYMLINK_FOLLOW"},
    {0x800, "AT_NO_AUTOMOUNT"},
    {0x1000, "AT_EMPTY_PATH"},
    {0x8000, "AT_RECURSIVE"},
}};

constexpr flag_table statx_masks{"STATX_???", {
    {0, "0", 0},
    {0xfff, "STATX_ALL"},
    {0x7ff, "STATX_BASIC_STATS"},
    {0x1, "STATX_TYPE"},
    {0x2, "STATX_MODE"},
    {0x4, "STATX_NLINK"},
    {0x8, "STATX_UID"},
    {0x10, "STATX_GID"},
    {0x20, "STATX_ATIME"},
    {0x40, "STATX_MTIME"},
    {0x80, "STATX_CTIME"},
    {0x100, "STATX_INO"},
    {0x200, "STATX_SIZE"},
    {0x400, "STATX_BLOCKS"},
    {0x800, "STATX_BTIME"},
    {0x1000, "STATX_MNT_ID"},
    {0x2000, "STATX_DIOALIGN"},
    {0x4000, "STATX_MNT_ID_UNIQUE"},
    {0x8000, "STATX_SUBVOL"},
    {0x10000, "STATX_WRITE_ATOMIC"},
    {0x20000, "STATX_DIO_READ_ALIGN"},
}};

constexpr flag_table statx_attributes{"STATX_ATTR_???", {
    {0x4, "STATX_ATTR_COMPRESSED"},
    {0x10, "STATX_ATTR_IMMUTABLE"},
    {0x20, "STATX_ATTR_APPEND"},
    {0x40, "STATX_ATTR_NODUMP"},
    {0x800, "STATX_ATTR_ENCRYPTED"},
    {0x1000, "STATX_ATTR_AUTOMOUNT"},
    {0x2000, "STATX_ATTR_MOUNT_ROOT"},
    {0x100000, "STATX_ATTR_VERITY"},
    {0x200000, "STATX_ATTR_DAX"},
    {0x400000, "STATX_ATTR_WRITE_ATOMIC"},
}};

constexpr flag_table openat2_resolve{"RESOLVE_???", {
    {0x1, "RESOLVE_NO_XDEV"},
    {0x2, "RESOLVE_NO_MAGICLINKS"},
    {0x4, "RESOLVE_NO_SYMLINKS"},
    {0x8, "RESOLVE_BENEATH"},
    {0x10, "RESOLVE_IN_ROOT"},
    {0x20, "RESOLVE_CACHED"},
}};

constexpr flag_table xattr_flags{"XATTR_???", {
    {1, "XATTR_CREATE"},
    {2, "XATTR_REPLACE"},
}};

constexpr flag_table umount_flags{"MNT_???", {
    {1, "MNT_FORCE"},
    {2, "MNT_DETACH"},
    {4, "MNT_EXPIRE"},
    {8, "UMOUNT_NOFOLLOW"},
}};

constexpr flag_table mount_flags{"MS_???", {
    {0x1, "MS_RDONLY"},
    {0x2, "MS_NOSUID"},
    {0x4, "MS_NODEV"},
    {0x8, "MS_NOEXEC"},
    {0x10, "MS_SYNCHRONOUS"},
    {0x20, "MS_REMOUNT"},
    {0x40, "MS_MANDLOCK"},
    {0x80, "MS_DIRSYNC"},
    {0x100, "MS_NOSYMFOLLOW"},
    {0x400, "MS_NOATIME"},
    {0x800, "MS_NODIRATIME"},
    {0x1000, "MS_BIND"},
    {0x2000, "MS_MOVE"},
    {0x4000, "MS_REC"},
    {0x8000, "MS_SILENT"},
    {0x10000, "MS_POSIXACL"},
    {0x20000, "MS_UNBINDABLE"},
    {0x40000, "MS_PRIVATE"},
    {0x80000, "MS_SLAVE"},
    {0x100000, "MS_SHARED"},
    {0x200000, "MS_RELATIME"},
    {0x400000, "MS_KERNMOUNT"},
    {0x800000, "MS_I_VERSION"},
    {0x1000000, "MS_STRICTATIME"},
    {0x2000000, "MS_LAZYTIME"},
    {0x4000000, "MS_SUBMOUNT"},
    {0x8000000, "MS_NOREMOTELOCK"},
    {0x10000000, "MS_NOSEC"},
    {0x20000000, "MS_BORN"},
    {0x40000000, "MS_ACTIVE"},
    {0x80000000, "MS_NOUSER"},
}};

constexpr flag_table statfs_flags{"ST_???", {
    {0x20, "ST_VALID"},
    {0x1, "ST_RDONLY"},
    {0x2, "ST_NOSUID"},
    {0x4, "ST_NODEV"},
    {0x8, "ST_NOEXEC"},
    {0x10, "ST_SYNCHRONOUS"},
    {0x40, "ST_MANDLOCK"},
    {0x400, "ST_NOATIME"},
    {0x800, "ST_NODIRATIME"},
    {0x1000, "ST_RELATIME"},
    {0x2000, "ST_NOSYMFOLLOW"},
}};

constexpr enum_table statfs_types{"", {
    {0x187, "AUTOFS_SUPER_MAGIC"},
    {0x1cd1, "DEVPTS_SUPER_MAGIC"},
    {0x9fa0, "PROC_SUPER_MAGIC"},
    {0xef53, "EXT2_SUPER_MAGIC"},
    {0x4d44, "MSDOS_SUPER_MAGIC"},
    {0x6969, "NFS_SUPER_MAGIC"},
    {0x9660, "ISOFS_SUPER_MAGIC"},
    {0x1021994, "TMPFS_MAGIC"},
    {0x1021997, "V9FS_MAGIC"},
    {0x27e0eb, "CGROUP_SUPER_MAGIC"},
    {0x2fc12fc1, "ZFS_SUPER_MAGIC"},
    {0x58465342, "XFS_SUPER_MAGIC"},
    {0x62656570, "CONFIGFS_MAGIC"},
    {0x62656572, "SYSFS_MAGIC"},
    {0x63677270, "CGROUP2_SUPER_MAGIC"},
    {0x64626720, "DEBUGFS_MAGIC"},
    {0x65735546, "FUSE_SUPER_MAGIC"},
    {0x6e736673, "NSFS_MAGIC"},
    {0x73636673, "SECURITYFS_MAGIC"},
    {0x73717368, "SQUASHFS_MAGIC"},
    {0x74726163, "TRACEFS_MAGIC"},
    {0x794c7630, "OVERLAYFS_SUPER_MAGIC"},
    {0x858458f6, "RAMFS_MAGIC"},
    {0x9123683e, "BTRFS_SUPER_MAGIC"},
    {0x958458f6, "HUGETLBFS_MAGIC"},
    {0xcafe4a11, "BPF_FS_MAGIC"},
    {0xde5e81e4, "EFIVARFS_MAGIC"},
    {0xf97cff8c, "SELINUX_MAGIC"},
}};


// A device has its number where other files have their size.
constexpr condition a_device(int mode) { return {static_cast<std::int8_t>(mode), true, 0130000, 0020000}; }
constexpr condition no_device(int mode) { return {static_cast<std::int8_t>(mode), false, 0130000, 0020000}; }

// asm/stat.h of x86-64, which x32 shares. Times are verbose, and the nanoseconds stand beside their seconds.
constexpr structure stat_x86_64{{
    {"st_dev", device64, shown::verbose, 0},
    {"st_ino", uint64, shown::verbose, 1},
    {"st_nlink", uint64, shown::verbose, 3},
    {"st_mode", file_mode, shown::always, 2},
    {"st_uid", user_id, shown::verbose, 4},
    {"st_gid", user_id, shown::verbose, 5},
    {"", uint32, shown::never, 20},
    {"st_rdev", device64, shown::always, 8, a_device(2)},
    {"st_size", int64, shown::always, 9, no_device(2)},
    {"st_blksize", int64, shown::verbose, 6},
    {"st_blocks", int64, shown::verbose, 7},
    {"st_atime", time64, shown::verbose, 10},
    {"st_atime_nsec", uint64, shown::verbose, 11},
    {"st_mtime", time64, shown::verbose, 12},
    {"st_mtime_nsec", uint64, shown::verbose, 13},
    {"st_ctime", time64, shown::verbose, 14},
    {"st_ctime_nsec", uint64, shown::verbose, 15},
    {"", as::array<uint64, exactly(3)>, shown::never, 21},
}};
static_assert(stat_x86_64.size[0] == 144);

// asm-generic/stat.h, of aarch64 and riscv64.
constexpr structure stat_generic{{
    {"st_dev", device64, shown::verbose, 0},
    {"st_ino", uint64, shown::verbose, 1},
    {"st_mode", file_mode, shown::always, 2},
    {"st_nlink", uint32, shown::verbose, 3},
    {"st_uid", user_id, shown::verbose, 4},
    {"st_gid", user_id, shown::verbose, 5},
    {"st_rdev", device64, shown::always, 8, a_device(2)},
    {"", uint64, shown::never, 20},
    {"st_size", int64, shown::always, 9, no_device(2)},
    {"st_blksize", integer, shown::verbose, 6},
    {"", uint32, shown::never, 21},
    {"st_blocks", int64, shown::verbose, 7},
    {"st_atime", time64, shown::verbose, 10},
    {"st_atime_nsec", uint64, shown::verbose, 11},
    {"st_mtime", time64, shown::verbose, 12},
    {"st_mtime_nsec", uint64, shown::verbose, 13},
    {"st_ctime", time64, shown::verbose, 14},
    {"st_ctime_nsec", uint64, shown::verbose, 15},
    {"", uint64, shown::never, 22},
}};
static_assert(stat_generic.size[0] == 128);

// struct stat64 of i386; its 64-bit parts are aligned to 4.
constexpr structure stat64_i386{{
    {"st_dev", device64, shown::verbose, 0},
    {"", uint32, shown::never, 20},
    {"", uint32, shown::never, 21},
    {"st_mode", file_mode, shown::always, 2},
    {"st_nlink", uint32, shown::verbose, 3},
    {"st_uid", user_id, shown::verbose, 4},
    {"st_gid", user_id, shown::verbose, 5},
    {"st_rdev", device64, shown::always, 8, a_device(2)},
    {"", uint32, shown::never, 22},
    {"st_size", int64, shown::always, 9, no_device(2)},
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
}, {}, layout::natural, true};
constexpr structure file_time{{{"tv_sec", long_signed}, {"tv_nsec", long_signed}}, {}, layout::natural, true};
constexpr structure file_time64{{{"tv_sec", int64}, {"tv_nsec", int64}}, {}, layout::natural, true};

constexpr structure statx_type{{
    {"stx_mask", flags<statx_masks>, shown::always, 0},
    {"stx_blksize", uint32, shown::verbose, 1},
    {"stx_attributes", flags<statx_attributes, width::u64>, shown::always, 2},
    {"stx_nlink", uint32, shown::verbose, 3},
    {"stx_uid", user_id, shown::verbose, 4},
    {"stx_gid", user_id, shown::verbose, 5},
    {"stx_mode", file_mode16, shown::always, 6},
    {"", uint16, shown::never, 30},
    {"stx_ino", uint64, shown::verbose, 7},
    {"stx_size", uint64, shown::always, 8},
    {"stx_blocks", uint64, shown::verbose, 9},
    {"stx_attributes_mask", flags<statx_attributes, width::u64>, shown::verbose, 10},
    {"stx_atime", statx_timestamp, shown::verbose, 11},
    {"stx_btime", statx_timestamp, shown::verbose, 12, {0, true, 0x800, 0x800}},
    {"stx_ctime", statx_timestamp, shown::verbose, 13},
    {"stx_mtime", statx_timestamp, shown::verbose, 14},
    {"stx_rdev_major", uint32, shown::verbose, 15},
    {"stx_rdev_minor", uint32, shown::verbose, 16},
    {"stx_dev_major", uint32, shown::verbose, 17},
    {"stx_dev_minor", uint32, shown::verbose, 18},
    {"stx_mnt_id", hex64, shown::verbose, 19, {0, true, 0x1000, 0x1000}},
    {"stx_dio_mem_align", uint32, shown::verbose, 20, {0, true, 0x2000, 0x2000}},
    {"stx_dio_offset_align", uint32, shown::verbose, 21, {0, true, 0x2000, 0x2000}},
    {"", as::array<uint64, exactly(12)>, shown::never, 31},
}};
static_assert(statx_type.size[0] == 256);

constexpr structure fsid_type{{{"val", as::array<hex32, exactly(2)>}}};

constexpr structure statfs_type{{
    {"f_type", one_of<statfs_types, width::klong>},
    {"f_bsize", long_unsigned},
    {"f_blocks", long_unsigned},
    {"f_bfree", long_unsigned},
    {"f_bavail", long_unsigned},
    {"f_files", long_unsigned},
    {"f_ffree", long_unsigned},
    {"f_fsid", fsid_type},
    {"f_namelen", long_unsigned},
    {"f_frsize", long_unsigned},
    {"f_flags", as::flags<statfs_flags, width::klong>},
    {"", as::array<long_unsigned, exactly(4)>, shown::never},
}};

// struct compat_statfs64, packed to 84 bytes.
constexpr structure statfs64_type{{
    {"f_type", one_of<statfs_types>},
    {"f_bsize", uint32},
    {"f_blocks", uint64},
    {"f_bfree", uint64},
    {"f_bavail", uint64},
    {"f_files", uint64},
    {"f_ffree", uint64},
    {"f_fsid", fsid_type},
    {"f_namelen", uint32},
    {"f_frsize", uint32},
    {"f_flags", as::flags<statfs_flags>},
    {"", as::array<uint32, exactly(4)>, shown::never},
}};
static_assert(statfs64_type.size[1] == 84);

constexpr structure open_how{{
    {"flags", as::flags<open_flags, width::u64>},
    {"mode", octal64, shown::nonzero},
    {"resolve", as::flags<openat2_resolve, width::u64>},
}, argument(3)};

constexpr structure utimbuf{{{"actime", long_signed}, {"modtime", long_signed}}};

// open(2) takes a mode only when it may create the file.
constexpr choice_case with_mode[] = {{0, nothing}};
template <unsigned Flags>
constexpr auto const& mode_unless_created = chosen<argument(Flags, O_CREAT | 020000000), with_mode, permissions>;

// mknod(2) takes a device number for devices only.
constexpr choice_case device_kinds[] = {{0020000, device}, {0060000, device}};
template <unsigned Mode>
constexpr auto const& device_if_device = chosen<argument(Mode, 0170000), device_kinds, nothing>;

constexpr auto const& two_times = as::array<file_time, exactly(2)>;
constexpr auto const& two_times64 = as::array<file_time64, exactly(2)>;
constexpr auto const& two_timevals = as::array<timeval_type, exactly(2)>;

constexpr arch_set with_x86_stat{arch::x86_64, arch::x32};
constexpr arch_set with_generic_stat{arch::aarch64, arch::riscv64};

constexpr syscall_descriptor rows[] = {
    {"open", {{"pathname", path}, {"flags", flags<open_flags>}, {"mode", mode_unless_created<1>}}, fd},
    {"openat", {{"dirfd", dirfd}, {"pathname", path}, {"flags", flags<open_flags>}, {"mode", mode_unless_created<2>}}, fd},
    {"openat2", {{"dirfd", dirfd}, {"pathname", path}, {"how", in<open_how>}, {"size", size}}, fd},
    {"creat", {{"pathname", path}, {"mode", permissions}}, fd},
    {"access", {{"pathname", path}, {"mode", flags<access_modes>}}},
    {"faccessat", {{"dirfd", dirfd}, {"pathname", path}, {"mode", flags<access_modes>}}},
    {"faccessat2", {{"dirfd", dirfd}, {"pathname", path}, {"mode", flags<access_modes>}, {"flags", flags<faccessat_flags>}}},
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
    {"statx", {{"dirfd", dirfd}, {"pathname", path}, {"flags", flags<statx_flags>}, {"mask", flags<statx_masks>}, {"statxbuf", out<statx_type>}}},
    {"statfs", {{"pathname", path}, {"buf", out<statfs_type>}}},
    {"fstatfs", {{"fd", fd}, {"buf", out<statfs_type>}}},
    {"statfs64", {{"pathname", path}, {"size", size}, {"buf", out<statfs64_type>}}},
    {"fstatfs64", {{"fd", fd}, {"size", size}, {"buf", out<statfs64_type>}}},
    {"readlink", {{"pathname", path}, {"buf", out_bytes}, {"bufsiz", size}}},
    {"readlinkat", {{"dirfd", dirfd}, {"pathname", path}, {"buf", out_bytes}, {"bufsiz", size}}},
    {"mkdir", {{"pathname", path}, {"mode", permissions}}},
    {"mkdirat", {{"dirfd", dirfd}, {"pathname", path}, {"mode", permissions}}},
    {"mknod", {{"pathname", path}, {"mode", file_mode}, {"dev", device_if_device<1>}}},
    {"mknodat", {{"dirfd", dirfd}, {"pathname", path}, {"mode", file_mode}, {"dev", device_if_device<2>}}},
    {"rmdir", {{"pathname", path}}},
    {"unlink", {{"pathname", path}}},
    {"unlinkat", {{"dirfd", dirfd}, {"pathname", path}, {"flags", flags<at_flags>}}},
    {"rename", {{"oldpath", path}, {"newpath", path}}},
    {"renameat", {{"olddirfd", dirfd}, {"oldpath", path}, {"newdirfd", dirfd}, {"newpath", path}}},
    {"renameat2", {{"olddirfd", dirfd}, {"oldpath", path}, {"newdirfd", dirfd}, {"newpath", path}, {"flags", flags<rename_flags>}}},
    {"link", {{"oldpath", path}, {"newpath", path}}},
    {"linkat", {{"olddirfd", dirfd}, {"oldpath", path}, {"newdirfd", dirfd}, {"newpath", path}, {"flags", flags<at_flags>}}},
    {"symlink", {{"target", path}, {"linkpath", path}}},
    {"symlinkat", {{"target", path}, {"newdirfd", dirfd}, {"linkpath", path}}},
    {"chmod", {{"pathname", path}, {"mode", permissions}}},
    {"fchmod", {{"fd", fd}, {"mode", permissions}}},
    {"fchmodat", {{"dirfd", dirfd}, {"pathname", path}, {"mode", permissions}}},
    {"fchmodat2", {{"dirfd", dirfd}, {"pathname", path}, {"mode", permissions}, {"flags", flags<at_flags>}}},
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
    {"getcwd", {{"buf", out<path_characters>}, {"size", size}}},
    {"truncate", {{"path", path}, {"length", long_signed}}},
    {"truncate64", {{"path", path}, {"length", pair_signed}}},
    {"utime", {{"filename", path}, {"times", in<utimbuf>}}},
    {"utimes", {{"filename", path}, {"times", in<two_timevals>}}},
    {"futimesat", {{"dirfd", dirfd}, {"pathname", path}, {"times", in<two_timevals>}}},
    {"utimensat", {{"dirfd", dirfd}, {"pathname", path}, {"times", in<two_times>}, {"flags", flags<at_flags>}}},
    {"utimensat_time64", {{"dirfd", dirfd}, {"pathname", path}, {"times", in<two_times64>}, {"flags", flags<at_flags>}}},
    {"mount", {{"source", path}, {"target", path}, {"filesystemtype", string}, {"mountflags", flags<mount_flags, width::klong>}, {"data", string}}},
    {"umount2", {{"target", path}, {"flags", flags<umount_flags>}}},
    {"umount", {{"target", path}}},
    {"pivot_root", {{"new_root", path}, {"put_old", path}}},
    {"swapon", {{"path", path}, {"swapflags", hex32}}},
    {"swapoff", {{"path", path}}},
    {"acct", {{"filename", path}}},
    {"uselib", {{"library", path}}},
    {"setxattr", {{"path", path}, {"name", string}, {"value", in_bytes<argument(3)>}, {"size", size}, {"flags", flags<xattr_flags>}}},
    {"lsetxattr", {{"path", path}, {"name", string}, {"value", in_bytes<argument(3)>}, {"size", size}, {"flags", flags<xattr_flags>}}},
    {"fsetxattr", {{"fd", fd}, {"name", string}, {"value", in_bytes<argument(3)>}, {"size", size}, {"flags", flags<xattr_flags>}}},
    {"getxattr", {{"path", path}, {"name", string}, {"value", out_bytes}, {"size", size}}},
    {"lgetxattr", {{"path", path}, {"name", string}, {"value", out_bytes}, {"size", size}}},
    {"fgetxattr", {{"fd", fd}, {"name", string}, {"value", out_bytes}, {"size", size}}},
    {"listxattr", {{"path", path}, {"list", out_bytes}, {"size", size}}},
    {"llistxattr", {{"path", path}, {"list", out_bytes}, {"size", size}}},
    {"flistxattr", {{"fd", fd}, {"list", out_bytes}, {"size", size}}},
    {"memfd_secret", {{"flags", flags<new_fd_flags>}}, fd},
    {"open_tree", {{"dirfd", dirfd}, {"pathname", path}, {"flags", hex32}}, fd},
    {"move_mount", {{"from_dirfd", dirfd}, {"from_pathname", path}, {"to_dirfd", dirfd}, {"to_pathname", path}, {"flags", hex32}}},
    {"fsopen", {{"fsname", string}, {"flags", hex32}}, fd},
    {"fsmount", {{"fs_fd", fd}, {"flags", hex32}, {"attr_flags", hex32}}, fd},
    {"fspick", {{"dirfd", dirfd}, {"pathname", path}, {"flags", hex32}}, fd},
    {"quotactl_fd", {{"fd", fd}, {"cmd", hex32}, {"id", integer}, {"addr", address}}},
    {"open_by_handle_at", {{"mount_fd", fd}, {"handle", address}, {"flags", flags<open_flags>}}, fd},
    {"name_to_handle_at", {{"dirfd", dirfd}, {"pathname", path}, {"handle", address}, {"mount_id", out<integer>}, {"flags", flags<at_flags>}}},
    {"removexattr", {{"path", path}, {"name", string}}},
    {"lremovexattr", {{"path", path}, {"name", string}}},
    {"fremovexattr", {{"fd", fd}, {"name", string}}},
};

} // namespace

std::span<syscall_descriptor const> file_calls() noexcept
{
    return rows;
}

} // namespace cotrace::abi
