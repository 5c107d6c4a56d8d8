// SPDX-License-Identifier: BSL-1.0
// Names of constants of seccomp(2), landlock(7), capabilities, security modules and keyctl(2). The tables contain the names
// up to Linux 6.18, and some names of later versions.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr enum_table seccomp_operations{"SECCOMP_???", {
    {0, "SECCOMP_SET_MODE_STRICT"},
    {1, "SECCOMP_SET_MODE_FILTER"},
    {2, "SECCOMP_GET_ACTION_AVAIL"},
    {3, "SECCOMP_GET_NOTIF_SIZES"},
}};

inline constexpr enum_table seccomp_modes{"SECCOMP_MODE_???", {
    {0, "SECCOMP_MODE_DISABLED"},
    {1, "SECCOMP_MODE_STRICT"},
    {2, "SECCOMP_MODE_FILTER"},
}};

inline constexpr flag_table seccomp_filter_flags{"SECCOMP_FILTER_FLAG_???", {
    {0x1, "SECCOMP_FILTER_FLAG_TSYNC"},
    {0x2, "SECCOMP_FILTER_FLAG_LOG"},
    {0x4, "SECCOMP_FILTER_FLAG_SPEC_ALLOW"},
    {0x8, "SECCOMP_FILTER_FLAG_NEW_LISTENER"},
    {0x10, "SECCOMP_FILTER_FLAG_TSYNC_ESRCH"},
    {0x20, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"},
}};

inline constexpr enum_table seccomp_actions{"SECCOMP_RET_???", {
    {0, "SECCOMP_RET_KILL_THREAD"},
    {0x30000, "SECCOMP_RET_TRAP"},
    {0x50000, "SECCOMP_RET_ERRNO"},
    {0x7fc00000, "SECCOMP_RET_USER_NOTIF"},
    {0x7ff00000, "SECCOMP_RET_TRACE"},
    {0x7ffc0000, "SECCOMP_RET_LOG"},
    {0x7fff0000, "SECCOMP_RET_ALLOW"},
    {0x80000000, "SECCOMP_RET_KILL_PROCESS"},
}};

inline constexpr flag_table seccomp_notify_flags{"SECCOMP_USER_NOTIF_FLAG_???", {
    {0x1, "SECCOMP_USER_NOTIF_FLAG_CONTINUE"},
}};

inline constexpr flag_table seccomp_addfd_flags{"SECCOMP_ADDFD_FLAG_???", {
    {0x1, "SECCOMP_ADDFD_FLAG_SETFD"},
    {0x2, "SECCOMP_ADDFD_FLAG_SEND"},
}};

inline constexpr flag_table seccomp_notify_fd_flags{"SECCOMP_USER_NOTIF_???", {
    {0x1, "SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP"},
}};

inline constexpr enum_table audit_arches{"AUDIT_ARCH_???", {
    {2, "AUDIT_ARCH_SPARC"},
    {4, "AUDIT_ARCH_M68K"},
    {8, "AUDIT_ARCH_MIPS"},
    {15, "AUDIT_ARCH_PARISC"},
    {20, "AUDIT_ARCH_PPC"},
    {22, "AUDIT_ARCH_S390"},
    {40, "AUDIT_ARCH_ARMEB"},
    {42, "AUDIT_ARCH_SH"},
    {46, "AUDIT_ARCH_H8300"},
    {88, "AUDIT_ARCH_M32R"},
    {92, "AUDIT_ARCH_OPENRISC"},
    {93, "AUDIT_ARCH_ARCOMPACTBE"},
    {94, "AUDIT_ARCH_XTENSA"},
    {140, "AUDIT_ARCH_C6XBE"},
    {164, "AUDIT_ARCH_HEXAGON"},
    {167, "AUDIT_ARCH_NDS32BE"},
    {189, "AUDIT_ARCH_MICROBLAZE"},
    {195, "AUDIT_ARCH_ARCV2BE"},
    {0x5441, "AUDIT_ARCH_FRV"},
    {0x40000003, "AUDIT_ARCH_I386"},
    {0x40000008, "AUDIT_ARCH_MIPSEL"},
    {0x40000028, "AUDIT_ARCH_ARM"},
    {0x4000002a, "AUDIT_ARCH_SHEL"},
    {0x4000004c, "AUDIT_ARCH_CRIS"},
    {0x40000057, "AUDIT_ARCH_V850"},
    {0x4000005d, "AUDIT_ARCH_ARCOMPACT"},
    {0x4000006e, "AUDIT_ARCH_UNICORE"},
    {0x40000071, "AUDIT_ARCH_NIOS2"},
    {0x4000008c, "AUDIT_ARCH_C6X"},
    {0x400000a7, "AUDIT_ARCH_NDS32"},
    {0x400000bc, "AUDIT_ARCH_TILEPRO"},
    {0x400000bf, "AUDIT_ARCH_TILEGX32"},
    {0x400000c3, "AUDIT_ARCH_ARCV2"},
    {0x400000f3, "AUDIT_ARCH_RISCV32"},
    {0x400000fc, "AUDIT_ARCH_CSKY"},
    {0x40000102, "AUDIT_ARCH_LOONGARCH32"},
    {0x80000008, "AUDIT_ARCH_MIPS64"},
    {0x8000000f, "AUDIT_ARCH_PARISC64"},
    {0x80000015, "AUDIT_ARCH_PPC64"},
    {0x80000016, "AUDIT_ARCH_S390X"},
    {0x8000002a, "AUDIT_ARCH_SH64"},
    {0x8000002b, "AUDIT_ARCH_SPARC64"},
    {0xa0000008, "AUDIT_ARCH_MIPS64N32"},
    {0xc0000008, "AUDIT_ARCH_MIPSEL64"},
    {0xc0000015, "AUDIT_ARCH_PPC64LE"},
    {0xc000002a, "AUDIT_ARCH_SHEL64"},
    {0xc0000032, "AUDIT_ARCH_IA64"},
    {0xc000003e, "AUDIT_ARCH_X86_64"},
    {0xc00000b7, "AUDIT_ARCH_AARCH64"},
    {0xc00000bf, "AUDIT_ARCH_TILEGX"},
    {0xc00000f3, "AUDIT_ARCH_RISCV64"},
    {0xc0000102, "AUDIT_ARCH_LOONGARCH64"},
    {0xc0009026, "AUDIT_ARCH_ALPHA"},
    {0xe0000008, "AUDIT_ARCH_MIPSEL64N32"},
}};

inline constexpr flag_table landlock_create_flags{"LANDLOCK_CREATE_RULESET_???", {
    {0x1, "LANDLOCK_CREATE_RULESET_VERSION"},
    {0x2, "LANDLOCK_CREATE_RULESET_ERRATA"},
}};

inline constexpr flag_table landlock_fs_rights{"LANDLOCK_ACCESS_FS_???", {
    {0x1, "LANDLOCK_ACCESS_FS_EXECUTE"},
    {0x2, "LANDLOCK_ACCESS_FS_WRITE_FILE"},
    {0x4, "LANDLOCK_ACCESS_FS_READ_FILE"},
    {0x8, "LANDLOCK_ACCESS_FS_READ_DIR"},
    {0x10, "LANDLOCK_ACCESS_FS_REMOVE_DIR"},
    {0x20, "LANDLOCK_ACCESS_FS_REMOVE_FILE"},
    {0x40, "LANDLOCK_ACCESS_FS_MAKE_CHAR"},
    {0x80, "LANDLOCK_ACCESS_FS_MAKE_DIR"},
    {0x100, "LANDLOCK_ACCESS_FS_MAKE_REG"},
    {0x200, "LANDLOCK_ACCESS_FS_MAKE_SOCK"},
    {0x400, "LANDLOCK_ACCESS_FS_MAKE_FIFO"},
    {0x800, "LANDLOCK_ACCESS_FS_MAKE_BLOCK"},
    {0x1000, "LANDLOCK_ACCESS_FS_MAKE_SYM"},
    {0x2000, "LANDLOCK_ACCESS_FS_REFER"},
    {0x4000, "LANDLOCK_ACCESS_FS_TRUNCATE"},
    {0x8000, "LANDLOCK_ACCESS_FS_IOCTL_DEV"},
    {0x10000, "LANDLOCK_ACCESS_FS_RESOLVE_UNIX"},
}};

inline constexpr flag_table landlock_net_rights{"LANDLOCK_ACCESS_NET_???", {
    {0x1, "LANDLOCK_ACCESS_NET_BIND_TCP"},
    {0x2, "LANDLOCK_ACCESS_NET_CONNECT_TCP"},
    {0x4, "LANDLOCK_ACCESS_NET_BIND_UDP"},
    {0x8, "LANDLOCK_ACCESS_NET_CONNECT_SEND_UDP"},
}};

inline constexpr flag_table landlock_scopes{"LANDLOCK_SCOPE_???", {
    {0x1, "LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET"},
    {0x2, "LANDLOCK_SCOPE_SIGNAL"},
}};

inline constexpr enum_table landlock_rule_types{"LANDLOCK_RULE_???", {
    {1, "LANDLOCK_RULE_PATH_BENEATH"},
    {2, "LANDLOCK_RULE_NET_PORT"},
}};

inline constexpr flag_table landlock_rule_flags{"LANDLOCK_ADD_RULE_???", {
    {0x1, "LANDLOCK_ADD_RULE_QUIET"},
}};

inline constexpr enum_table capabilities{"CAP_???", {
    {0, "CAP_CHOWN"},
    {1, "CAP_DAC_OVERRIDE"},
    {2, "CAP_DAC_READ_SEARCH"},
    {3, "CAP_FOWNER"},
    {4, "CAP_FSETID"},
    {5, "CAP_KILL"},
    {6, "CAP_SETGID"},
    {7, "CAP_SETUID"},
    {8, "CAP_SETPCAP"},
    {9, "CAP_LINUX_IMMUTABLE"},
    {10, "CAP_NET_BIND_SERVICE"},
    {11, "CAP_NET_BROADCAST"},
    {12, "CAP_NET_ADMIN"},
    {13, "CAP_NET_RAW"},
    {14, "CAP_IPC_LOCK"},
    {15, "CAP_IPC_OWNER"},
    {16, "CAP_SYS_MODULE"},
    {17, "CAP_SYS_RAWIO"},
    {18, "CAP_SYS_CHROOT"},
    {19, "CAP_SYS_PTRACE"},
    {20, "CAP_SYS_PACCT"},
    {21, "CAP_SYS_ADMIN"},
    {22, "CAP_SYS_BOOT"},
    {23, "CAP_SYS_NICE"},
    {24, "CAP_SYS_RESOURCE"},
    {25, "CAP_SYS_TIME"},
    {26, "CAP_SYS_TTY_CONFIG"},
    {27, "CAP_MKNOD"},
    {28, "CAP_LEASE"},
    {29, "CAP_AUDIT_WRITE"},
    {30, "CAP_AUDIT_CONTROL"},
    {31, "CAP_SETFCAP"},
    {32, "CAP_MAC_OVERRIDE"},
    {33, "CAP_MAC_ADMIN"},
    {34, "CAP_SYSLOG"},
    {35, "CAP_WAKE_ALARM"},
    {36, "CAP_BLOCK_SUSPEND"},
    {37, "CAP_AUDIT_READ"},
    {38, "CAP_PERFMON"},
    {39, "CAP_BPF"},
    {40, "CAP_CHECKPOINT_RESTORE"},
}};

inline constexpr flag_table capability_masks{"CAP_???", {
    {0x1, "1<<CAP_CHOWN"},
    {0x2, "1<<CAP_DAC_OVERRIDE"},
    {0x4, "1<<CAP_DAC_READ_SEARCH"},
    {0x8, "1<<CAP_FOWNER"},
    {0x10, "1<<CAP_FSETID"},
    {0x20, "1<<CAP_KILL"},
    {0x40, "1<<CAP_SETGID"},
    {0x80, "1<<CAP_SETUID"},
    {0x100, "1<<CAP_SETPCAP"},
    {0x200, "1<<CAP_LINUX_IMMUTABLE"},
    {0x400, "1<<CAP_NET_BIND_SERVICE"},
    {0x800, "1<<CAP_NET_BROADCAST"},
    {0x1000, "1<<CAP_NET_ADMIN"},
    {0x2000, "1<<CAP_NET_RAW"},
    {0x4000, "1<<CAP_IPC_LOCK"},
    {0x8000, "1<<CAP_IPC_OWNER"},
    {0x10000, "1<<CAP_SYS_MODULE"},
    {0x20000, "1<<CAP_SYS_RAWIO"},
    {0x40000, "1<<CAP_SYS_CHROOT"},
    {0x80000, "1<<CAP_SYS_PTRACE"},
    {0x100000, "1<<CAP_SYS_PACCT"},
    {0x200000, "1<<CAP_SYS_ADMIN"},
    {0x400000, "1<<CAP_SYS_BOOT"},
    {0x800000, "1<<CAP_SYS_NICE"},
    {0x1000000, "1<<CAP_SYS_RESOURCE"},
    {0x2000000, "1<<CAP_SYS_TIME"},
    {0x4000000, "1<<CAP_SYS_TTY_CONFIG"},
    {0x8000000, "1<<CAP_MKNOD"},
    {0x10000000, "1<<CAP_LEASE"},
    {0x20000000, "1<<CAP_AUDIT_WRITE"},
    {0x40000000, "1<<CAP_AUDIT_CONTROL"},
    {0x80000000, "1<<CAP_SETFCAP"},
}};

inline constexpr flag_table upper_capability_masks{"CAP_???", {
    {0x1, "1<<CAP_MAC_OVERRIDE"},
    {0x2, "1<<CAP_MAC_ADMIN"},
    {0x4, "1<<CAP_SYSLOG"},
    {0x8, "1<<CAP_WAKE_ALARM"},
    {0x10, "1<<CAP_BLOCK_SUSPEND"},
    {0x20, "1<<CAP_AUDIT_READ"},
    {0x40, "1<<CAP_PERFMON"},
    {0x80, "1<<CAP_BPF"},
    {0x100, "1<<CAP_CHECKPOINT_RESTORE"},
}};

inline constexpr enum_table capability_versions{"_LINUX_CAPABILITY_VERSION_???", {
    {0x19980330, "_LINUX_CAPABILITY_VERSION_1"},
    {0x20071026, "_LINUX_CAPABILITY_VERSION_2"},
    {0x20080522, "_LINUX_CAPABILITY_VERSION_3"},
}};

inline constexpr flag_table securebits{"SECBIT_???", {
    {0x1, "SECBIT_NOROOT"},
    {0x2, "SECBIT_NOROOT_LOCKED"},
    {0x4, "SECBIT_NO_SETUID_FIXUP"},
    {0x8, "SECBIT_NO_SETUID_FIXUP_LOCKED"},
    {0x10, "SECBIT_KEEP_CAPS"},
    {0x20, "SECBIT_KEEP_CAPS_LOCKED"},
    {0x40, "SECBIT_NO_CAP_AMBIENT_RAISE"},
    {0x80, "SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED"},
    {0x100, "SECBIT_EXEC_RESTRICT_FILE"},
    {0x200, "SECBIT_EXEC_RESTRICT_FILE_LOCKED"},
    {0x400, "SECBIT_EXEC_DENY_INTERACTIVE"},
    {0x800, "SECBIT_EXEC_DENY_INTERACTIVE_LOCKED"},
}};

inline constexpr enum_table lsm_ids{"LSM_ID_???", {
    {0, "LSM_ID_UNDEF"},
    {100, "LSM_ID_CAPABILITY"},
    {101, "LSM_ID_SELINUX"},
    {102, "LSM_ID_SMACK"},
    {103, "LSM_ID_TOMOYO"},
    {104, "LSM_ID_APPARMOR"},
    {105, "LSM_ID_YAMA"},
    {106, "LSM_ID_LOADPIN"},
    {107, "LSM_ID_SAFESETID"},
    {108, "LSM_ID_LOCKDOWN"},
    {109, "LSM_ID_BPF"},
    {110, "LSM_ID_LANDLOCK"},
    {111, "LSM_ID_IMA"},
    {112, "LSM_ID_EVM"},
    {113, "LSM_ID_IPE"},
}};

inline constexpr enum_table lsm_attributes{"LSM_ATTR_???", {
    {0, "LSM_ATTR_UNDEF"},
    {100, "LSM_ATTR_CURRENT"},
    {101, "LSM_ATTR_EXEC"},
    {102, "LSM_ATTR_FSCREATE"},
    {103, "LSM_ATTR_KEYCREATE"},
    {104, "LSM_ATTR_PREV"},
    {105, "LSM_ATTR_SOCKCREATE"},
}};

inline constexpr flag_table lsm_flags{"LSM_FLAG_???", {
    {0x1, "LSM_FLAG_SINGLE"},
}};

inline constexpr enum_table keyctl_operations{"KEYCTL_???", {
    {0, "KEYCTL_GET_KEYRING_ID"},
    {1, "KEYCTL_JOIN_SESSION_KEYRING"},
    {2, "KEYCTL_UPDATE"},
    {3, "KEYCTL_REVOKE"},
    {4, "KEYCTL_CHOWN"},
    {5, "KEYCTL_SETPERM"},
    {6, "KEYCTL_DESCRIBE"},
    {7, "KEYCTL_CLEAR"},
    {8, "KEYCTL_LINK"},
    {9, "KEYCTL_UNLINK"},
    {10, "KEYCTL_SEARCH"},
    {11, "KEYCTL_READ"},
    {12, "KEYCTL_INSTANTIATE"},
    {13, "KEYCTL_NEGATE"},
    {14, "KEYCTL_SET_REQKEY_KEYRING"},
    {15, "KEYCTL_SET_TIMEOUT"},
    {16, "KEYCTL_ASSUME_AUTHORITY"},
    {17, "KEYCTL_GET_SECURITY"},
    {18, "KEYCTL_SESSION_TO_PARENT"},
    {19, "KEYCTL_REJECT"},
    {20, "KEYCTL_INSTANTIATE_IOV"},
    {21, "KEYCTL_INVALIDATE"},
    {22, "KEYCTL_GET_PERSISTENT"},
    {23, "KEYCTL_DH_COMPUTE"},
    {24, "KEYCTL_PKEY_QUERY"},
    {25, "KEYCTL_PKEY_ENCRYPT"},
    {26, "KEYCTL_PKEY_DECRYPT"},
    {27, "KEYCTL_PKEY_SIGN"},
    {28, "KEYCTL_PKEY_VERIFY"},
    {29, "KEYCTL_RESTRICT_KEYRING"},
    {30, "KEYCTL_MOVE"},
    {31, "KEYCTL_CAPABILITIES"},
    {32, "KEYCTL_WATCH_KEY"},
}};

inline constexpr enum_table key_serials{"KEY_SPEC_???", {
    {0xfffffff8, "KEY_SPEC_REQUESTOR_KEYRING"},
    {0xfffffff9, "KEY_SPEC_REQKEY_AUTH_KEY"},
    {0xfffffffa, "KEY_SPEC_GROUP_KEYRING"},
    {0xfffffffb, "KEY_SPEC_USER_SESSION_KEYRING"},
    {0xfffffffc, "KEY_SPEC_USER_KEYRING"},
    {0xfffffffd, "KEY_SPEC_SESSION_KEYRING"},
    {0xfffffffe, "KEY_SPEC_PROCESS_KEYRING"},
    {0xffffffff, "KEY_SPEC_THREAD_KEYRING"},
}};

inline constexpr enum_table key_request_keyrings{"KEY_REQKEY_DEFL_???", {
    {0, "KEY_REQKEY_DEFL_DEFAULT"},
    {1, "KEY_REQKEY_DEFL_THREAD_KEYRING"},
    {2, "KEY_REQKEY_DEFL_PROCESS_KEYRING"},
    {3, "KEY_REQKEY_DEFL_SESSION_KEYRING"},
    {4, "KEY_REQKEY_DEFL_USER_KEYRING"},
    {5, "KEY_REQKEY_DEFL_USER_SESSION_KEYRING"},
    {6, "KEY_REQKEY_DEFL_GROUP_KEYRING"},
    {7, "KEY_REQKEY_DEFL_REQUESTOR_KEYRING"},
    {0xffffffff, "KEY_REQKEY_DEFL_NO_CHANGE"},
}};

inline constexpr flag_table key_permissions{"KEY_???", {
    {0x1000000, "KEY_POS_VIEW"},
    {0x2000000, "KEY_POS_READ"},
    {0x4000000, "KEY_POS_WRITE"},
    {0x8000000, "KEY_POS_SEARCH"},
    {0x10000000, "KEY_POS_LINK"},
    {0x20000000, "KEY_POS_SETATTR"},
    {0x10000, "KEY_USR_VIEW"},
    {0x20000, "KEY_USR_READ"},
    {0x40000, "KEY_USR_WRITE"},
    {0x80000, "KEY_USR_SEARCH"},
    {0x100000, "KEY_USR_LINK"},
    {0x200000, "KEY_USR_SETATTR"},
    {0x100, "KEY_GRP_VIEW"},
    {0x200, "KEY_GRP_READ"},
    {0x400, "KEY_GRP_WRITE"},
    {0x800, "KEY_GRP_SEARCH"},
    {0x1000, "KEY_GRP_LINK"},
    {0x2000, "KEY_GRP_SETATTR"},
    {0x1, "KEY_OTH_VIEW"},
    {0x2, "KEY_OTH_READ"},
    {0x4, "KEY_OTH_WRITE"},
    {0x8, "KEY_OTH_SEARCH"},
    {0x10, "KEY_OTH_LINK"},
    {0x20, "KEY_OTH_SETATTR"},
}};

inline constexpr flag_table keyctl_pkey_operations{"KEYCTL_SUPPORTS_???", {
    {0x1, "KEYCTL_SUPPORTS_ENCRYPT"},
    {0x2, "KEYCTL_SUPPORTS_DECRYPT"},
    {0x4, "KEYCTL_SUPPORTS_SIGN"},
    {0x8, "KEYCTL_SUPPORTS_VERIFY"},
}};

inline constexpr flag_table keyctl_move_flags{"KEYCTL_MOVE_???", {
    {0x1, "KEYCTL_MOVE_EXCL"},
}};

inline constexpr flag_table keyctl_capabilities0{"KEYCTL_CAPS0_???", {
    {0x1, "KEYCTL_CAPS0_CAPABILITIES"},
    {0x2, "KEYCTL_CAPS0_PERSISTENT_KEYRINGS"},
    {0x4, "KEYCTL_CAPS0_DIFFIE_HELLMAN"},
    {0x8, "KEYCTL_CAPS0_PUBLIC_KEY"},
    {0x10, "KEYCTL_CAPS0_BIG_KEY"},
    {0x20, "KEYCTL_CAPS0_INVALIDATE"},
    {0x40, "KEYCTL_CAPS0_RESTRICT_KEYRING"},
    {0x80, "KEYCTL_CAPS0_MOVE"},
}};

inline constexpr flag_table keyctl_capabilities1{"KEYCTL_CAPS1_???", {
    {0x1, "KEYCTL_CAPS1_NS_KEYRING_NAME"},
    {0x2, "KEYCTL_CAPS1_NS_KEY_TAG"},
    {0x4, "KEYCTL_CAPS1_NOTIFICATIONS"},
}};

} // namespace cotrace::uapi::names
