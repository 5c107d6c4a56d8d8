// SPDX-License-Identifier: BSL-1.0
// Names of constants of mount(2), the newer mount calls and quotactl(2), from linux/mount.h and linux/quota.h. The tables
// contain the names up to Linux 6.18, and some names of later versions.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr flag_table mount_flags{"MS_???", {
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

inline constexpr enum_table mount_magic{"", {
    {0xc0ed0000, "MS_MGC_VAL"},
}};

inline constexpr flag_table umount_flags{"MNT_???", {
    {0x1, "MNT_FORCE"},
    {0x2, "MNT_DETACH"},
    {0x4, "MNT_EXPIRE"},
    {0x8, "UMOUNT_NOFOLLOW"},
}};

inline constexpr flag_table open_tree_flags{"OPEN_TREE_???", {
    {0x1, "OPEN_TREE_CLONE"},
    {0x2, "OPEN_TREE_NAMESPACE"},
    {0x80000, "OPEN_TREE_CLOEXEC"},
    {0x100, "AT_SYMLINK_NOFOLLOW"},
    {0x800, "AT_NO_AUTOMOUNT"},
    {0x1000, "AT_EMPTY_PATH"},
    {0x8000, "AT_RECURSIVE"},
}};

inline constexpr flag_table move_mount_flags{"MOVE_MOUNT_???", {
    {0x1, "MOVE_MOUNT_F_SYMLINKS"},
    {0x2, "MOVE_MOUNT_F_AUTOMOUNTS"},
    {0x4, "MOVE_MOUNT_F_EMPTY_PATH"},
    {0x10, "MOVE_MOUNT_T_SYMLINKS"},
    {0x20, "MOVE_MOUNT_T_AUTOMOUNTS"},
    {0x40, "MOVE_MOUNT_T_EMPTY_PATH"},
    {0x100, "MOVE_MOUNT_SET_GROUP"},
    {0x200, "MOVE_MOUNT_BENEATH"},
}};

inline constexpr flag_table fsopen_flags{"FSOPEN_???", {
    {0x1, "FSOPEN_CLOEXEC"},
}};

inline constexpr flag_table fspick_flags{"FSPICK_???", {
    {0x1, "FSPICK_CLOEXEC"},
    {0x2, "FSPICK_SYMLINK_NOFOLLOW"},
    {0x4, "FSPICK_NO_AUTOMOUNT"},
    {0x8, "FSPICK_EMPTY_PATH"},
}};

inline constexpr flag_table fsmount_flags{"FSMOUNT_???", {
    {0x1, "FSMOUNT_CLOEXEC"},
    {0x2, "FSMOUNT_NAMESPACE"},
}};

inline constexpr enum_table fsconfig_commands{"FSCONFIG_???", {
    {0, "FSCONFIG_SET_FLAG"},
    {1, "FSCONFIG_SET_STRING"},
    {2, "FSCONFIG_SET_BINARY"},
    {3, "FSCONFIG_SET_PATH"},
    {4, "FSCONFIG_SET_PATH_EMPTY"},
    {5, "FSCONFIG_SET_FD"},
    {6, "FSCONFIG_CMD_CREATE"},
    {7, "FSCONFIG_CMD_RECONFIGURE"},
    {8, "FSCONFIG_CMD_CREATE_EXCL"},
}};

inline constexpr flag_table super_block_flags{"MS_???", {
    {0x1, "MS_RDONLY"},
    {0x10, "MS_SYNCHRONOUS"},
    {0x80, "MS_DIRSYNC"},
    {0x2000000, "MS_LAZYTIME"},
}};

inline constexpr flag_table statmount_flags{"STATMOUNT_???", {
    {0x1, "STATMOUNT_BY_FD"},
}};

inline constexpr flag_table new_mount_attributes{"MOUNT_ATTR_???", {
    {0x1, "MOUNT_ATTR_RDONLY"},
    {0x2, "MOUNT_ATTR_NOSUID"},
    {0x4, "MOUNT_ATTR_NODEV"},
    {0x8, "MOUNT_ATTR_NOEXEC"},
    {0x70, "MOUNT_ATTR__ATIME"},
    {0x10, "MOUNT_ATTR_NOATIME"},
    {0x20, "MOUNT_ATTR_STRICTATIME"},
    {0x80, "MOUNT_ATTR_NODIRATIME"},
    {0x200000, "MOUNT_ATTR_NOSYMFOLLOW"},
}};

inline constexpr flag_table mount_attributes{"MOUNT_ATTR_???", {
    {0x1, "MOUNT_ATTR_RDONLY"},
    {0x2, "MOUNT_ATTR_NOSUID"},
    {0x4, "MOUNT_ATTR_NODEV"},
    {0x8, "MOUNT_ATTR_NOEXEC"},
    {0x70, "MOUNT_ATTR__ATIME"},
    {0x10, "MOUNT_ATTR_NOATIME"},
    {0x20, "MOUNT_ATTR_STRICTATIME"},
    {0x80, "MOUNT_ATTR_NODIRATIME"},
    {0x100000, "MOUNT_ATTR_IDMAP"},
    {0x200000, "MOUNT_ATTR_NOSYMFOLLOW"},
}};

inline constexpr enum_table mount_atimes{"MOUNT_ATTR_???", {
    {0, "MOUNT_ATTR_RELATIME"},
    {16, "MOUNT_ATTR_NOATIME"},
    {32, "MOUNT_ATTR_STRICTATIME"},
}};

inline constexpr flag_table mount_setattr_flags{"AT_???", {
    {0x100, "AT_SYMLINK_NOFOLLOW"},
    {0x800, "AT_NO_AUTOMOUNT"},
    {0x1000, "AT_EMPTY_PATH"},
    {0x8000, "AT_RECURSIVE"},
}};

inline constexpr enum_table mount_propagations{"MS_???", {
    {0x20000, "MS_UNBINDABLE"},
    {0x40000, "MS_PRIVATE"},
    {0x80000, "MS_SLAVE"},
    {0x100000, "MS_SHARED"},
}};

inline constexpr flag_table statmount_masks{"STATMOUNT_???", {
    {0x1, "STATMOUNT_SB_BASIC"},
    {0x2, "STATMOUNT_MNT_BASIC"},
    {0x4, "STATMOUNT_PROPAGATE_FROM"},
    {0x8, "STATMOUNT_MNT_ROOT"},
    {0x10, "STATMOUNT_MNT_POINT"},
    {0x20, "STATMOUNT_FS_TYPE"},
    {0x40, "STATMOUNT_MNT_NS_ID"},
    {0x80, "STATMOUNT_MNT_OPTS"},
    {0x100, "STATMOUNT_FS_SUBTYPE"},
    {0x200, "STATMOUNT_SB_SOURCE"},
    {0x400, "STATMOUNT_OPT_ARRAY"},
    {0x800, "STATMOUNT_OPT_SEC_ARRAY"},
    {0x1000, "STATMOUNT_SUPPORTED_MASK"},
    {0x2000, "STATMOUNT_MNT_UIDMAP"},
    {0x4000, "STATMOUNT_MNT_GIDMAP"},
}};

inline constexpr enum_table listmount_ids{"", {
    {~0ULL, "LSMT_ROOT"},
}};

inline constexpr flag_table listmount_flags{"LISTMOUNT_???", {
    {0x1, "LISTMOUNT_REVERSE"},
}};

inline constexpr enum_table quota_commands{"Q_???", {
    {256, "Q_V1_QUOTAON"},
    {512, "Q_V1_QUOTAOFF"},
    {768, "Q_V1_GETQUOTA"},
    {1024, "Q_V1_SETQUOTA"},
    {1280, "Q_V1_SETUSE"},
    {1536, "Q_V1_SYNC"},
    {1792, "Q_SETQLIM"},
    {2048, "Q_V1_GETSTATS"},
    {2304, "Q_V2_GETINFO"},
    {2560, "Q_V2_SETINFO"},
    {2816, "Q_V2_SETGRACE"},
    {3072, "Q_V2_SETFLAGS"},
    {3328, "Q_V2_GETQUOTA"},
    {3584, "Q_V2_SETQUOTA"},
    {3840, "Q_V2_SETUSE"},
    {0x1000, "Q_V1_RSQUASH"},
    {0x1100, "Q_V2_GETSTATS"},
    {0x5801, "Q_XQUOTAON"},
    {0x5802, "Q_XQUOTAOFF"},
    {0x5803, "Q_XGETQUOTA"},
    {0x5804, "Q_XSETQLIM"},
    {0x5805, "Q_XGETQSTAT"},
    {0x5806, "Q_XQUOTARM"},
    {0x5807, "Q_XQUOTASYNC"},
    {0x5808, "Q_XGETQSTATV"},
    {0x5809, "Q_XGETNEXTQUOTA"},
    {0x800001, "Q_SYNC"},
    {0x800002, "Q_QUOTAON"},
    {0x800003, "Q_QUOTAOFF"},
    {0x800004, "Q_GETFMT"},
    {0x800005, "Q_GETINFO"},
    {0x800006, "Q_SETINFO"},
    {0x800007, "Q_GETQUOTA"},
    {0x800008, "Q_SETQUOTA"},
    {0x800009, "Q_GETNEXTQUOTA"},
}};

inline constexpr enum_table quota_types{"???QUOTA", {
    {0, "USRQUOTA"},
    {1, "GRPQUOTA"},
    {2, "PRJQUOTA"},
}};

inline constexpr enum_table quota_formats{"QFMT_???", {
    {1, "QFMT_VFS_OLD"},
    {2, "QFMT_VFS_V0"},
    {3, "QFMT_OCFS2"},
    {4, "QFMT_VFS_V1"},
    {5, "QFMT_SHMEM"},
}};

inline constexpr flag_table quota_valid_fields{"QIF_???", {
    {0x1, "QIF_BLIMITS"},
    {0x2, "QIF_SPACE"},
    {0x4, "QIF_ILIMITS"},
    {0x8, "QIF_INODES"},
    {0x10, "QIF_BTIME"},
    {0x20, "QIF_ITIME"},
}};

inline constexpr flag_table quota_info_fields{"IIF_???", {
    {0x1, "IIF_BGRACE"},
    {0x2, "IIF_IGRACE"},
    {0x4, "IIF_FLAGS"},
}};

inline constexpr flag_table quota_info_flags{"DQF_???", {
    {0x1, "DQF_ROOT_SQUASH"},
    {0x10000, "DQF_SYS_FILE"},
}};

inline constexpr flag_table xfs_quota_types{"FS_???", {
    {0x1, "FS_USER_QUOTA"},
    {0x2, "FS_PROJ_QUOTA"},
    {0x4, "FS_GROUP_QUOTA"},
}};

inline constexpr flag_table xfs_quota_flags{"FS_QUOTA_???", {
    {0x1, "FS_QUOTA_UDQ_ACCT"},
    {0x2, "FS_QUOTA_UDQ_ENFD"},
    {0x4, "FS_QUOTA_GDQ_ACCT"},
    {0x8, "FS_QUOTA_GDQ_ENFD"},
    {0x10, "FS_QUOTA_PDQ_ACCT"},
    {0x20, "FS_QUOTA_PDQ_ENFD"},
}};

} // namespace cotrace::uapi::names
