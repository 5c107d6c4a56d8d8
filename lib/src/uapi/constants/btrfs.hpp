// SPDX-License-Identifier: BSL-1.0
// Names of constants in ioctl(2) requests of btrfs, from linux/btrfs.h. The tables contain the names up to Linux 6.18.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr flag_table btrfs_block_groups{"BTRFS_BLOCK_GROUP_???", {
    {0x1, "BTRFS_BLOCK_GROUP_DATA"},
    {0x2, "BTRFS_BLOCK_GROUP_SYSTEM"},
    {0x4, "BTRFS_BLOCK_GROUP_METADATA"},
    {0x8, "BTRFS_BLOCK_GROUP_RAID0"},
    {0x10, "BTRFS_BLOCK_GROUP_RAID1"},
    {0x20, "BTRFS_BLOCK_GROUP_DUP"},
    {0x40, "BTRFS_BLOCK_GROUP_RAID10"},
    {0x80, "BTRFS_BLOCK_GROUP_RAID5"},
    {0x100, "BTRFS_BLOCK_GROUP_RAID6"},
    {0x200, "BTRFS_BLOCK_GROUP_RAID1C3"},
    {0x400, "BTRFS_BLOCK_GROUP_RAID1C4"},
    {0x800, "BTRFS_BLOCK_GROUP_REMAPPED"},
    {0x1000, "BTRFS_BLOCK_GROUP_METADATA_REMAP"},
    {0x1000000000000, "BTRFS_AVAIL_ALLOC_BIT_SINGLE"},
    {0x2000000000000, "BTRFS_SPACE_INFO_GLOBAL_RSV"},
}};

inline constexpr flag_table btrfs_scrub_flags{"BTRFS_SCRUB_???", {
    {0x1, "BTRFS_SCRUB_READONLY"},
}};

inline constexpr flag_table btrfs_qgroup_status_flags{"BTRFS_QGROUP_STATUS_FLAG_???", {
    {0x1, "BTRFS_QGROUP_STATUS_FLAG_ON"},
    {0x2, "BTRFS_QGROUP_STATUS_FLAG_RESCAN"},
    {0x4, "BTRFS_QGROUP_STATUS_FLAG_INCONSISTENT"},
    {0x8, "BTRFS_QGROUP_STATUS_FLAG_SIMPLE_MODE"},
}};

inline constexpr flag_table btrfs_qgroup_limits{"BTRFS_QGROUP_LIMIT_???", {
    {0x1, "BTRFS_QGROUP_LIMIT_MAX_RFER"},
    {0x2, "BTRFS_QGROUP_LIMIT_MAX_EXCL"},
    {0x4, "BTRFS_QGROUP_LIMIT_RSV_RFER"},
    {0x8, "BTRFS_QGROUP_LIMIT_RSV_EXCL"},
    {0x10, "BTRFS_QGROUP_LIMIT_RFER_CMPR"},
    {0x20, "BTRFS_QGROUP_LIMIT_EXCL_CMPR"},
}};

inline constexpr flag_table btrfs_qgroup_inherit_flags{"BTRFS_QGROUP_INHERIT_???", {
    {0x1, "BTRFS_QGROUP_INHERIT_SET_LIMITS"},
}};

inline constexpr enum_table btrfs_quota_commands{"BTRFS_QUOTA_CTL_???", {
    {1, "BTRFS_QUOTA_CTL_ENABLE"},
    {2, "BTRFS_QUOTA_CTL_DISABLE"},
    {3, "BTRFS_QUOTA_CTL_RESCAN__NOTUSED"},
    {4, "BTRFS_QUOTA_CTL_ENABLE_SIMPLE_QUOTA"},
}};

inline constexpr flag_table btrfs_logical_inode_flags{"BTRFS_LOGICAL_INO_ARGS_???", {
    {0x1, "BTRFS_LOGICAL_INO_ARGS_IGNORE_OFFSET"},
}};

inline constexpr flag_table btrfs_info_flags{"BTRFS_FS_INFO_FLAG_???", {
    {0x1, "BTRFS_FS_INFO_FLAG_CSUM_INFO"},
    {0x2, "BTRFS_FS_INFO_FLAG_GENERATION"},
    {0x4, "BTRFS_FS_INFO_FLAG_METADATA_UUID"},
}};

inline constexpr enum_table btrfs_device_statistics{"BTRFS_DEV_STAT_???", {
    {0, "BTRFS_DEV_STAT_WRITE_ERRS"},
    {1, "BTRFS_DEV_STAT_READ_ERRS"},
    {2, "BTRFS_DEV_STAT_FLUSH_ERRS"},
    {3, "BTRFS_DEV_STAT_CORRUPTION_ERRS"},
    {4, "BTRFS_DEV_STAT_GENERATION_ERRS"},
}};

inline constexpr flag_table btrfs_device_statistics_flags{"BTRFS_DEV_STATS_???", {
    {0x1, "BTRFS_DEV_STATS_RESET"},
}};

inline constexpr enum_table btrfs_replace_states{"BTRFS_IOCTL_DEV_REPLACE_STATE_???", {
    {0, "BTRFS_IOCTL_DEV_REPLACE_STATE_NEVER_STARTED"},
    {1, "BTRFS_IOCTL_DEV_REPLACE_STATE_STARTED"},
    {2, "BTRFS_IOCTL_DEV_REPLACE_STATE_FINISHED"},
    {3, "BTRFS_IOCTL_DEV_REPLACE_STATE_CANCELED"},
    {4, "BTRFS_IOCTL_DEV_REPLACE_STATE_SUSPENDED"},
}};

inline constexpr enum_table btrfs_replace_results{"BTRFS_IOCTL_DEV_REPLACE_RESULT_???", {
    {0, "BTRFS_IOCTL_DEV_REPLACE_RESULT_NO_ERROR"},
    {1, "BTRFS_IOCTL_DEV_REPLACE_RESULT_NOT_STARTED"},
    {2, "BTRFS_IOCTL_DEV_REPLACE_RESULT_ALREADY_STARTED"},
    {3, "BTRFS_IOCTL_DEV_REPLACE_RESULT_SCRUB_INPROGRESS"},
}};

inline constexpr enum_table btrfs_replace_commands{"BTRFS_IOCTL_DEV_REPLACE_CMD_???", {
    {0, "BTRFS_IOCTL_DEV_REPLACE_CMD_START"},
    {1, "BTRFS_IOCTL_DEV_REPLACE_CMD_STATUS"},
    {2, "BTRFS_IOCTL_DEV_REPLACE_CMD_CANCEL"},
}};

inline constexpr enum_table btrfs_replace_reading_modes{"BTRFS_IOCTL_DEV_REPLACE_CONT_READING_FROM_SRCDEV_MODE_???", {
    {0, "BTRFS_IOCTL_DEV_REPLACE_CONT_READING_FROM_SRCDEV_MODE_ALWAYS"},
    {1, "BTRFS_IOCTL_DEV_REPLACE_CONT_READING_FROM_SRCDEV_MODE_AVOID"},
}};

inline constexpr enum_table btrfs_checksums{"BTRFS_CSUM_TYPE_???", {
    {0, "BTRFS_CSUM_TYPE_CRC32"},
    {1, "BTRFS_CSUM_TYPE_XXHASH"},
    {2, "BTRFS_CSUM_TYPE_SHA256"},
    {3, "BTRFS_CSUM_TYPE_BLAKE2"},
}};

inline constexpr flag_table btrfs_balance_states{"BTRFS_BALANCE_STATE_???", {
    {0x1, "BTRFS_BALANCE_STATE_RUNNING"},
    {0x2, "BTRFS_BALANCE_STATE_PAUSE_REQ"},
    {0x4, "BTRFS_BALANCE_STATE_CANCEL_REQ"},
}};

inline constexpr enum_table btrfs_balance_commands{"BTRFS_BALANCE_CTL_???", {
    {1, "BTRFS_BALANCE_CTL_PAUSE"},
    {2, "BTRFS_BALANCE_CTL_CANCEL"},
}};

} // namespace cotrace::uapi::names
