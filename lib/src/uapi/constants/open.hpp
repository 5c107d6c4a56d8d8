// SPDX-License-Identifier: BSL-1.0
// Names of constants of openat2(2), fcntl(2) and related calls, from <fcntl.h> and linux/openat2.h. The tables contain the
// names up to Linux 6.18, and some names of later versions.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr enum_table open_access_modes{"O_???", {
    {0, "O_RDONLY"},
    {1, "O_WRONLY"},
    {2, "O_RDWR"},
    {3, "O_ACCMODE"},
}};

inline constexpr flag_table open_flags{"O_???", {
    {0x40, "O_CREAT"},
    {0x80, "O_EXCL"},
    {0x100, "O_NOCTTY"},
    {0x200, "O_TRUNC"},
    {0x400, "O_APPEND"},
    {0x800, "O_NONBLOCK"},
    {0x101000, "O_SYNC"},
    {0x100000, "__O_SYNC"},
    {0x1000, "O_DSYNC"},
    {0x4000, "O_DIRECT"},
    {0x8000, "O_LARGEFILE"},
    {0x20000, "O_NOFOLLOW"},
    {0x40000, "O_NOATIME"},
    {0x80000, "O_CLOEXEC"},
    {0x200000, "O_PATH"},
    {0x410000, "O_TMPFILE"},
    {0x400000, "__O_TMPFILE"},
    {0x10000, "O_DIRECTORY"},
    {0x4000000, "O_EMPTYPATH"},
    {0x2000, "FASYNC"},
}};

inline constexpr flag_table openat2_flags{"OPENAT2_???", {
    {0x100000000, "OPENAT2_REGULAR"},
}};

inline constexpr flag_table open_flags_arm64{"O_???", {
    {0x40, "O_CREAT"},
    {0x80, "O_EXCL"},
    {0x100, "O_NOCTTY"},
    {0x200, "O_TRUNC"},
    {0x400, "O_APPEND"},
    {0x800, "O_NONBLOCK"},
    {0x101000, "O_SYNC"},
    {0x100000, "__O_SYNC"},
    {0x1000, "O_DSYNC"},
    {0x10000, "O_DIRECT"},
    {0x20000, "O_LARGEFILE"},
    {0x8000, "O_NOFOLLOW"},
    {0x40000, "O_NOATIME"},
    {0x80000, "O_CLOEXEC"},
    {0x200000, "O_PATH"},
    {0x404000, "O_TMPFILE"},
    {0x400000, "__O_TMPFILE"},
    {0x4000, "O_DIRECTORY"},
    {0x2000, "FASYNC"},
}};

inline constexpr flag_table resolve_flags{"RESOLVE_???", {
    {0x1, "RESOLVE_NO_XDEV"},
    {0x2, "RESOLVE_NO_MAGICLINKS"},
    {0x4, "RESOLVE_NO_SYMLINKS"},
    {0x8, "RESOLVE_BENEATH"},
    {0x10, "RESOLVE_IN_ROOT"},
    {0x20, "RESOLVE_CACHED"},
}};

inline constexpr flag_table access_flags{"?_OK", {
    {0x0, "F_OK", 0},
    {0x4, "R_OK"},
    {0x2, "W_OK"},
    {0x1, "X_OK"},
}};

inline constexpr flag_table at_flags{"AT_???", {
    {0x100, "AT_SYMLINK_NOFOLLOW"},
    {0x200, "AT_REMOVEDIR"},
    {0x400, "AT_SYMLINK_FOLLOW"},
    {0x800, "AT_NO_AUTOMOUNT"},
    {0x1000, "AT_EMPTY_PATH"},
    {0x8000, "AT_RECURSIVE"},
}};

inline constexpr flag_table faccessat_flags{"AT_???", {
    {0x100, "AT_SYMLINK_NOFOLLOW"},
    {0x200, "AT_EACCESS"},
    {0x1000, "AT_EMPTY_PATH"},
}};

inline constexpr flag_table at_path_flags{"AT_???", {
    {0x100, "AT_SYMLINK_NOFOLLOW"},
    {0x1000, "AT_EMPTY_PATH"},
}};

inline constexpr flag_table execveat_flags{"AT_???", {
    {0x100, "AT_SYMLINK_NOFOLLOW"},
    {0x1000, "AT_EMPTY_PATH"},
    {0x10000, "AT_EXECVE_CHECK"},
}};

inline constexpr flag_table name_to_handle_flags{"AT_???", {
    {0x1, "AT_HANDLE_MNT_ID_UNIQUE"},
    {0x2, "AT_HANDLE_CONNECTABLE"},
    {0x200, "AT_HANDLE_FID"},
    {0x400, "AT_SYMLINK_FOLLOW"},
    {0x1000, "AT_EMPTY_PATH"},
}};

inline constexpr flag_table rename_flags{"RENAME_???", {
    {0x1, "RENAME_NOREPLACE"},
    {0x2, "RENAME_EXCHANGE"},
    {0x4, "RENAME_WHITEOUT"},
}};

inline constexpr enum_table seek_whences{"SEEK_???", {
    {0, "SEEK_SET"},
    {1, "SEEK_CUR"},
    {2, "SEEK_END"},
    {3, "SEEK_DATA"},
    {4, "SEEK_HOLE"},
}};

inline constexpr flag_table close_range_flags{"CLOSE_RANGE_???", {
    {0x2, "CLOSE_RANGE_UNSHARE"},
    {0x4, "CLOSE_RANGE_CLOEXEC"},
}};

inline constexpr flag_table dup3_flags{"O_???", {
    {0x80000, "O_CLOEXEC"},
}};

inline constexpr flag_table pipe2_flags{"O_???", {
    {0x800, "O_NONBLOCK"},
    {0x80, "O_NOTIFICATION_PIPE"},
    {0x4000, "O_DIRECT"},
    {0x80000, "O_CLOEXEC"},
}};

inline constexpr enum_table fcntl_commands{"F_???", {
    {0, "F_DUPFD"},
    {1, "F_GETFD"},
    {2, "F_SETFD"},
    {3, "F_GETFL"},
    {4, "F_SETFL"},
    {5, "F_GETLK"},
    {6, "F_SETLK"},
    {7, "F_SETLKW"},
    {8, "F_SETOWN"},
    {9, "F_GETOWN"},
    {10, "F_SETSIG"},
    {11, "F_GETSIG"},
    {12, "F_GETLK64"},
    {13, "F_SETLK64"},
    {14, "F_SETLKW64"},
    {15, "F_SETOWN_EX"},
    {16, "F_GETOWN_EX"},
    {17, "F_GETOWNER_UIDS"},
    {36, "F_OFD_GETLK"},
    {37, "F_OFD_SETLK"},
    {38, "F_OFD_SETLKW"},
    {1024, "F_SETLEASE"},
    {1025, "F_GETLEASE"},
    {1026, "F_NOTIFY"},
    {1027, "F_DUPFD_QUERY"},
    {1028, "F_CREATED_QUERY"},
    {1029, "F_CANCELLK"},
    {1030, "F_DUPFD_CLOEXEC"},
    {1031, "F_SETPIPE_SZ"},
    {1032, "F_GETPIPE_SZ"},
    {1033, "F_ADD_SEALS"},
    {1034, "F_GET_SEALS"},
    {1035, "F_GET_RW_HINT"},
    {1036, "F_SET_RW_HINT"},
    {1037, "F_GET_FILE_RW_HINT"},
    {1038, "F_SET_FILE_RW_HINT"},
    {1039, "F_GETDELEG"},
    {1040, "F_SETDELEG"},
}};

inline constexpr flag_table fd_flags{"FD_???", {
    {0x1, "FD_CLOEXEC"},
}};

inline constexpr enum_table lock_types{"F_???", {
    {0, "F_RDLCK"},
    {1, "F_WRLCK"},
    {2, "F_UNLCK"},
    {4, "F_EXLCK"},
    {8, "F_SHLCK"},
}};

inline constexpr enum_table owner_types{"F_OWNER_???", {
    {0, "F_OWNER_TID"},
    {1, "F_OWNER_PID"},
    {2, "F_OWNER_PGRP"},
}};

inline constexpr flag_table seal_flags{"F_SEAL_???", {
    {0x1, "F_SEAL_SEAL"},
    {0x2, "F_SEAL_SHRINK"},
    {0x4, "F_SEAL_GROW"},
    {0x8, "F_SEAL_WRITE"},
    {0x10, "F_SEAL_FUTURE_WRITE"},
    {0x20, "F_SEAL_EXEC"},
}};

inline constexpr flag_table notify_flags{"DN_???", {
    {0x1, "DN_ACCESS"},
    {0x2, "DN_MODIFY"},
    {0x4, "DN_CREATE"},
    {0x8, "DN_DELETE"},
    {0x10, "DN_RENAME"},
    {0x20, "DN_ATTRIB"},
    {0x80000000, "DN_MULTISHOT"},
}};

inline constexpr enum_table write_hints{"RWH_WRITE_LIFE_???", {
    {0, "RWH_WRITE_LIFE_NOT_SET"},
    {1, "RWH_WRITE_LIFE_NONE"},
    {2, "RWH_WRITE_LIFE_SHORT"},
    {3, "RWH_WRITE_LIFE_MEDIUM"},
    {4, "RWH_WRITE_LIFE_LONG"},
    {5, "RWH_WRITE_LIFE_EXTREME"},
}};

inline constexpr flag_table flock_operations{"LOCK_???", {
    {0x1, "LOCK_SH"},
    {0x2, "LOCK_EX"},
    {0x4, "LOCK_NB"},
    {0x8, "LOCK_UN"},
    {0x20, "LOCK_MAND"},
    {0xc0, "LOCK_RW"},
    {0x40, "LOCK_READ"},
    {0x80, "LOCK_WRITE"},
}};

inline constexpr enum_table fadvise_advices{"POSIX_FADV_???", {
    {0, "POSIX_FADV_NORMAL"},
    {1, "POSIX_FADV_RANDOM"},
    {2, "POSIX_FADV_SEQUENTIAL"},
    {3, "POSIX_FADV_WILLNEED"},
    {4, "POSIX_FADV_DONTNEED"},
    {5, "POSIX_FADV_NOREUSE"},
}};

inline constexpr flag_table fallocate_modes{"FALLOC_FL_???", {
    {0x1, "FALLOC_FL_KEEP_SIZE"},
    {0x2, "FALLOC_FL_PUNCH_HOLE"},
    {0x4, "FALLOC_FL_NO_HIDE_STALE"},
    {0x8, "FALLOC_FL_COLLAPSE_RANGE"},
    {0x10, "FALLOC_FL_ZERO_RANGE"},
    {0x20, "FALLOC_FL_INSERT_RANGE"},
    {0x40, "FALLOC_FL_UNSHARE_RANGE"},
    {0x80, "FALLOC_FL_WRITE_ZEROES"},
}};

inline constexpr flag_table sync_file_range_flags{"SYNC_FILE_RANGE_???", {
    {0x1, "SYNC_FILE_RANGE_WAIT_BEFORE"},
    {0x2, "SYNC_FILE_RANGE_WRITE"},
    {0x4, "SYNC_FILE_RANGE_WAIT_AFTER"},
}};

inline constexpr flag_table splice_flags{"SPLICE_F_???", {
    {0x1, "SPLICE_F_MOVE"},
    {0x2, "SPLICE_F_NONBLOCK"},
    {0x4, "SPLICE_F_MORE"},
    {0x8, "SPLICE_F_GIFT"},
}};

inline constexpr flag_table rwf_flags{"RWF_???", {
    {0x1, "RWF_HIPRI"},
    {0x2, "RWF_DSYNC"},
    {0x4, "RWF_SYNC"},
    {0x8, "RWF_NOWAIT"},
    {0x10, "RWF_APPEND"},
    {0x20, "RWF_NOAPPEND"},
    {0x40, "RWF_ATOMIC"},
    {0x80, "RWF_DONTCACHE"},
    {0x100, "RWF_NOSIGNAL"},
}};

inline constexpr flag_table xattr_flags{"XATTR_???", {
    {0x1, "XATTR_CREATE"},
    {0x2, "XATTR_REPLACE"},
}};

inline constexpr enum_table directory_entry_types{"DT_???", {
    {0, "DT_UNKNOWN"},
    {1, "DT_FIFO"},
    {2, "DT_CHR"},
    {4, "DT_DIR"},
    {6, "DT_BLK"},
    {8, "DT_REG"},
    {10, "DT_LNK"},
    {12, "DT_SOCK"},
    {14, "DT_WHT"},
}};

inline constexpr flag_table swap_flags{"SWAP_FLAG_???", {
    {0x8000, "SWAP_FLAG_PREFER"},
    {0x10000, "SWAP_FLAG_DISCARD"},
    {0x20000, "SWAP_FLAG_DISCARD_ONCE"},
    {0x40000, "SWAP_FLAG_DISCARD_PAGES"},
}};

} // namespace cotrace::uapi::names
