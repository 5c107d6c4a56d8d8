// SPDX-License-Identifier: BSL-1.0
// Names of constants for the creation, the scheduling and the limits of processes, from linux/sched.h, linux/prctl.h and
// others. The tables contain the names up to Linux 6.18, and some names of later versions.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr flag_table clone_flags{"CLONE_???", {
    {0x100, "CLONE_VM"},
    {0x200, "CLONE_FS"},
    {0x400, "CLONE_FILES"},
    {0x800, "CLONE_SIGHAND"},
    {0x1000, "CLONE_PIDFD"},
    {0x2000, "CLONE_PTRACE"},
    {0x4000, "CLONE_VFORK"},
    {0x8000, "CLONE_PARENT"},
    {0x10000, "CLONE_THREAD"},
    {0x20000, "CLONE_NEWNS"},
    {0x40000, "CLONE_SYSVSEM"},
    {0x80000, "CLONE_SETTLS"},
    {0x100000, "CLONE_PARENT_SETTID"},
    {0x200000, "CLONE_CHILD_CLEARTID"},
    {0x800000, "CLONE_UNTRACED"},
    {0x1000000, "CLONE_CHILD_SETTID"},
    {0x2000000, "CLONE_NEWCGROUP"},
    {0x4000000, "CLONE_NEWUTS"},
    {0x8000000, "CLONE_NEWIPC"},
    {0x10000000, "CLONE_NEWUSER"},
    {0x20000000, "CLONE_NEWPID"},
    {0x40000000, "CLONE_NEWNET"},
    {0x80000000, "CLONE_IO"},
}};

// The flags of clone3(2) that clone(2) does not have.
inline constexpr flag_table clone3_flags{"CLONE_???", {
    {0x80, "CLONE_NEWTIME"},
    {0x100000000, "CLONE_CLEAR_SIGHAND"},
    {0x200000000, "CLONE_INTO_CGROUP"},
    {0x400000000, "CLONE_AUTOREAP"},
    {0x800000000, "CLONE_NNP"},
    {0x1000000000, "CLONE_PIDFD_AUTOKILL"},
    {0x2000000000, "CLONE_EMPTY_MNTNS"},
}};

inline constexpr flag_table unshare_flags{"CLONE_???", {
    {0x80, "CLONE_NEWTIME"},
    {0x100, "CLONE_VM"},
    {0x200, "CLONE_FS"},
    {0x400, "CLONE_FILES"},
    {0x800, "CLONE_SIGHAND"},
    {0x10000, "CLONE_THREAD"},
    {0x20000, "CLONE_NEWNS"},
    {0x40000, "CLONE_SYSVSEM"},
    {0x2000000, "CLONE_NEWCGROUP"},
    {0x4000000, "CLONE_NEWUTS"},
    {0x8000000, "CLONE_NEWIPC"},
    {0x10000000, "CLONE_NEWUSER"},
    {0x20000000, "CLONE_NEWPID"},
    {0x40000000, "CLONE_NEWNET"},
}};

inline constexpr enum_table namespace_types{"CLONE_NEW???", {
    {128, "CLONE_NEWTIME"},
    {0x20000, "CLONE_NEWNS"},
    {0x2000000, "CLONE_NEWCGROUP"},
    {0x4000000, "CLONE_NEWUTS"},
    {0x8000000, "CLONE_NEWIPC"},
    {0x10000000, "CLONE_NEWUSER"},
    {0x20000000, "CLONE_NEWPID"},
    {0x40000000, "CLONE_NEWNET"},
}};

inline constexpr flag_table setns_flags{"CLONE_NEW???", {
    {0x80, "CLONE_NEWTIME"},
    {0x20000, "CLONE_NEWNS"},
    {0x2000000, "CLONE_NEWCGROUP"},
    {0x4000000, "CLONE_NEWUTS"},
    {0x8000000, "CLONE_NEWIPC"},
    {0x10000000, "CLONE_NEWUSER"},
    {0x20000000, "CLONE_NEWPID"},
    {0x40000000, "CLONE_NEWNET"},
}};

inline constexpr flag_table wait_options{"W???", {
    {0x1, "WNOHANG"},
    {0x4, "WEXITED"},
    {0x2, "WSTOPPED"},
    {0x8, "WCONTINUED"},
    {0x1000000, "WNOWAIT"},
    {0x80000000, "__WCLONE"},
    {0x40000000, "__WALL"},
    {0x20000000, "__WNOTHREAD"},
}};

inline constexpr enum_table waitid_types{"P_???", {
    {0, "P_ALL"},
    {1, "P_PID"},
    {2, "P_PGID"},
    {3, "P_PIDFD"},
}};

inline constexpr enum_table prctl_options{"PR_???", {
    {1, "PR_SET_PDEATHSIG"},
    {2, "PR_GET_PDEATHSIG"},
    {3, "PR_GET_DUMPABLE"},
    {4, "PR_SET_DUMPABLE"},
    {5, "PR_GET_UNALIGN"},
    {6, "PR_SET_UNALIGN"},
    {7, "PR_GET_KEEPCAPS"},
    {8, "PR_SET_KEEPCAPS"},
    {9, "PR_GET_FPEMU"},
    {10, "PR_SET_FPEMU"},
    {11, "PR_GET_FPEXC"},
    {12, "PR_SET_FPEXC"},
    {13, "PR_GET_TIMING"},
    {14, "PR_SET_TIMING"},
    {15, "PR_SET_NAME"},
    {16, "PR_GET_NAME"},
    {19, "PR_GET_ENDIAN"},
    {20, "PR_SET_ENDIAN"},
    {21, "PR_GET_SECCOMP"},
    {22, "PR_SET_SECCOMP"},
    {23, "PR_CAPBSET_READ"},
    {24, "PR_CAPBSET_DROP"},
    {25, "PR_GET_TSC"},
    {26, "PR_SET_TSC"},
    {27, "PR_GET_SECUREBITS"},
    {28, "PR_SET_SECUREBITS"},
    {29, "PR_SET_TIMERSLACK"},
    {30, "PR_GET_TIMERSLACK"},
    {31, "PR_TASK_PERF_EVENTS_DISABLE"},
    {32, "PR_TASK_PERF_EVENTS_ENABLE"},
    {33, "PR_MCE_KILL"},
    {34, "PR_MCE_KILL_GET"},
    {35, "PR_SET_MM"},
    {36, "PR_SET_CHILD_SUBREAPER"},
    {37, "PR_GET_CHILD_SUBREAPER"},
    {38, "PR_SET_NO_NEW_PRIVS"},
    {39, "PR_GET_NO_NEW_PRIVS"},
    {40, "PR_GET_TID_ADDRESS"},
    {41, "PR_SET_THP_DISABLE"},
    {42, "PR_GET_THP_DISABLE"},
    {43, "PR_MPX_ENABLE_MANAGEMENT"},
    {44, "PR_MPX_DISABLE_MANAGEMENT"},
    {45, "PR_SET_FP_MODE"},
    {46, "PR_GET_FP_MODE"},
    {47, "PR_CAP_AMBIENT"},
    {50, "PR_SVE_SET_VL"},
    {51, "PR_SVE_GET_VL"},
    {52, "PR_GET_SPECULATION_CTRL"},
    {53, "PR_SET_SPECULATION_CTRL"},
    {54, "PR_PAC_RESET_KEYS"},
    {55, "PR_SET_TAGGED_ADDR_CTRL"},
    {56, "PR_GET_TAGGED_ADDR_CTRL"},
    {57, "PR_SET_IO_FLUSHER"},
    {58, "PR_GET_IO_FLUSHER"},
    {59, "PR_SET_SYSCALL_USER_DISPATCH"},
    {60, "PR_PAC_SET_ENABLED_KEYS"},
    {61, "PR_PAC_GET_ENABLED_KEYS"},
    {62, "PR_SCHED_CORE"},
    {63, "PR_SME_SET_VL"},
    {64, "PR_SME_GET_VL"},
    {65, "PR_SET_MDWE"},
    {66, "PR_GET_MDWE"},
    {67, "PR_SET_MEMORY_MERGE"},
    {68, "PR_GET_MEMORY_MERGE"},
    {69, "PR_RISCV_V_SET_CONTROL"},
    {70, "PR_RISCV_V_GET_CONTROL"},
    {71, "PR_RISCV_SET_ICACHE_FLUSH_CTX"},
    {72, "PR_PPC_GET_DEXCR"},
    {73, "PR_PPC_SET_DEXCR"},
    {74, "PR_GET_SHADOW_STACK_STATUS"},
    {75, "PR_SET_SHADOW_STACK_STATUS"},
    {76, "PR_LOCK_SHADOW_STACK_STATUS"},
    {77, "PR_TIMER_CREATE_RESTORE_IDS"},
    {78, "PR_FUTEX_HASH"},
    {0x4f, "PR_RSEQ_SLICE_EXTENSION"},
    {0x50, "PR_GET_CFI"},
    {0x51, "PR_SET_CFI"},
    {0x41555856, "PR_GET_AUXV"},
    {0x53564d41, "PR_SET_VMA"},
    {0x59616d61, "PR_SET_PTRACER"},
}};

inline constexpr enum_table prctl_dumpables{"SUID_DUMP_???", {
    {0, "SUID_DUMP_DISABLE"},
    {1, "SUID_DUMP_USER"},
    {2, "SUID_DUMP_ROOT"},
}};

inline constexpr flag_table prctl_unalign{"PR_UNALIGN_???", {
    {0x1, "PR_UNALIGN_NOPRINT"},
    {0x2, "PR_UNALIGN_SIGBUS"},
}};

inline constexpr enum_table prctl_tsc{"PR_TSC_???", {
    {1, "PR_TSC_ENABLE"},
    {2, "PR_TSC_SIGSEGV"},
}};

inline constexpr enum_table prctl_mce_kill{"PR_MCE_KILL_???", {
    {0, "PR_MCE_KILL_CLEAR"},
    {1, "PR_MCE_KILL_SET"},
}};

inline constexpr enum_table prctl_mce_kill_policies{"PR_MCE_KILL_???", {
    {0, "PR_MCE_KILL_LATE"},
    {1, "PR_MCE_KILL_EARLY"},
    {2, "PR_MCE_KILL_DEFAULT"},
}};

inline constexpr enum_table prctl_mm_options{"PR_SET_MM_???", {
    {1, "PR_SET_MM_START_CODE"},
    {2, "PR_SET_MM_END_CODE"},
    {3, "PR_SET_MM_START_DATA"},
    {4, "PR_SET_MM_END_DATA"},
    {5, "PR_SET_MM_START_STACK"},
    {6, "PR_SET_MM_START_BRK"},
    {7, "PR_SET_MM_BRK"},
    {8, "PR_SET_MM_ARG_START"},
    {9, "PR_SET_MM_ARG_END"},
    {10, "PR_SET_MM_ENV_START"},
    {11, "PR_SET_MM_ENV_END"},
    {12, "PR_SET_MM_AUXV"},
    {13, "PR_SET_MM_EXE_FILE"},
    {14, "PR_SET_MM_MAP"},
    {15, "PR_SET_MM_MAP_SIZE"},
}};

inline constexpr enum_table prctl_cap_ambient{"PR_CAP_AMBIENT_???", {
    {1, "PR_CAP_AMBIENT_IS_SET"},
    {2, "PR_CAP_AMBIENT_RAISE"},
    {3, "PR_CAP_AMBIENT_LOWER"},
    {4, "PR_CAP_AMBIENT_CLEAR_ALL"},
}};

inline constexpr flag_table prctl_fp_modes{"PR_FP_MODE_???", {
    {0x1, "PR_FP_MODE_FR"},
    {0x2, "PR_FP_MODE_FRE"},
}};

inline constexpr flag_table prctl_sve_vl{"PR_SVE_???", {
    {0x40000, "PR_SVE_SET_VL_ONEXEC"},
    {0x20000, "PR_SVE_VL_INHERIT"},
}};

inline constexpr flag_table prctl_thp_disable{"PR_THP_???", {
    {0x2, "PR_THP_DISABLE_EXCEPT_ADVISED"},
}};

inline constexpr flag_table prctl_sme_vl{"PR_SME_???", {
    {0x40000, "PR_SME_SET_VL_ONEXEC"},
    {0x20000, "PR_SME_VL_INHERIT"},
}};

inline constexpr enum_table prctl_speculations{"PR_SPEC_???", {
    {0, "PR_SPEC_STORE_BYPASS"},
    {1, "PR_SPEC_INDIRECT_BRANCH"},
    {2, "PR_SPEC_L1D_FLUSH"},
}};

inline constexpr flag_table prctl_speculation_settings{"PR_SPEC_???", {
    {0x2, "PR_SPEC_ENABLE"},
    {0x4, "PR_SPEC_DISABLE"},
    {0x8, "PR_SPEC_FORCE_DISABLE"},
    {0x10, "PR_SPEC_DISABLE_NOEXEC"},
}};

inline constexpr flag_table prctl_speculation_states{"PR_SPEC_???", {
    {0x0, "PR_SPEC_NOT_AFFECTED", 0},
    {0x1, "PR_SPEC_PRCTL"},
    {0x2, "PR_SPEC_ENABLE"},
    {0x4, "PR_SPEC_DISABLE"},
    {0x8, "PR_SPEC_FORCE_DISABLE"},
    {0x10, "PR_SPEC_DISABLE_NOEXEC"},
}};

inline constexpr flag_table prctl_pac_keys{"PR_PAC_???", {
    {0x1, "PR_PAC_APIAKEY"},
    {0x2, "PR_PAC_APIBKEY"},
    {0x4, "PR_PAC_APDAKEY"},
    {0x8, "PR_PAC_APDBKEY"},
    {0x10, "PR_PAC_APGAKEY"},
}};

inline constexpr flag_table prctl_pac_enabled_keys{"PR_PAC_???", {
    {0x1, "PR_PAC_APIAKEY"},
    {0x2, "PR_PAC_APIBKEY"},
    {0x4, "PR_PAC_APDAKEY"},
    {0x8, "PR_PAC_APDBKEY"},
}};

inline constexpr flag_table prctl_tagged_addr{"PR_???", {
    {0, "!PR_TAGGED_ADDR_ENABLE", 0},
    {0x1, "PR_TAGGED_ADDR_ENABLE"},
}};

inline constexpr enum_table prctl_mte_tcf{"PR_MTE_TCF_???", {
    {0, "PR_MTE_TCF_NONE"},
    {2, "PR_MTE_TCF_SYNC"},
    {4, "PR_MTE_TCF_ASYNC"},
    {6, "PR_MTE_TCF_MASK"},
}};

inline constexpr enum_table prctl_syscall_dispatch{"PR_SYS_DISPATCH_???", {
    {0, "PR_SYS_DISPATCH_OFF"},
    {1, "PR_SYS_DISPATCH_EXCLUSIVE_ON"},
    {2, "PR_SYS_DISPATCH_INCLUSIVE_ON"},
}};

inline constexpr enum_table prctl_sched_core{"PR_SCHED_CORE_???", {
    {0, "PR_SCHED_CORE_GET"},
    {1, "PR_SCHED_CORE_CREATE"},
    {2, "PR_SCHED_CORE_SHARE_TO"},
    {3, "PR_SCHED_CORE_SHARE_FROM"},
}};

inline constexpr enum_table prctl_sched_core_scopes{"PIDTYPE_???", {
    {0, "PIDTYPE_PID"},
    {1, "PIDTYPE_TGID"},
    {2, "PIDTYPE_PGID"},
    {3, "PIDTYPE_SID"},
}};

inline constexpr enum_table prctl_vma_names{"PR_SET_VMA_???", {
    {0, "PR_SET_VMA_ANON_NAME"},
}};

inline constexpr flag_table prctl_mdwe{"PR_MDWE_???", {
    {0x1, "PR_MDWE_REFUSE_EXEC_GAIN"},
    {0x2, "PR_MDWE_NO_INHERIT"},
}};

inline constexpr enum_table prctl_dexcr{"PR_PPC_DEXCR_???", {
    {0, "PR_PPC_DEXCR_SBHE"},
    {1, "PR_PPC_DEXCR_IBRTPD"},
    {2, "PR_PPC_DEXCR_SRAPD"},
    {3, "PR_PPC_DEXCR_NPHIE"},
}};

inline constexpr flag_table prctl_dexcr_controls{"PR_PPC_DEXCR_CTRL_???", {
    {0x1, "PR_PPC_DEXCR_CTRL_EDITABLE"},
    {0x2, "PR_PPC_DEXCR_CTRL_SET"},
    {0x4, "PR_PPC_DEXCR_CTRL_CLEAR"},
    {0x8, "PR_PPC_DEXCR_CTRL_SET_ONEXEC"},
    {0x10, "PR_PPC_DEXCR_CTRL_CLEAR_ONEXEC"},
}};

inline constexpr enum_table prctl_riscv_vector_states{"PR_RISCV_V_???", {
    {0, "PR_RISCV_V_VSTATE_CTRL_DEFAULT"},
    {1, "PR_RISCV_V_VSTATE_CTRL_OFF"},
    {2, "PR_RISCV_V_VSTATE_CTRL_ON"},
}};

inline constexpr flag_table prctl_riscv_vector_inherit{"PR_RISCV_V_???", {
    {0, "!PR_RISCV_V_VSTATE_CTRL_INHERIT", 0},
    {0x10, "PR_RISCV_V_VSTATE_CTRL_INHERIT"},
}};

inline constexpr enum_table prctl_riscv_fencei{"PR_RISCV_CTX_???", {
    {0, "PR_RISCV_CTX_SW_FENCEI_ON"},
    {1, "PR_RISCV_CTX_SW_FENCEI_OFF"},
}};

inline constexpr enum_table prctl_riscv_scopes{"PR_RISCV_SCOPE_???", {
    {0, "PR_RISCV_SCOPE_PER_PROCESS"},
    {1, "PR_RISCV_SCOPE_PER_THREAD"},
}};

inline constexpr flag_table prctl_shadow_stack{"PR_SHADOW_STACK_???", {
    {0x1, "PR_SHADOW_STACK_ENABLE"},
    {0x2, "PR_SHADOW_STACK_WRITE"},
    {0x4, "PR_SHADOW_STACK_PUSH"},
}};

inline constexpr enum_table prctl_timer_restore{"PR_TIMER_CREATE_RESTORE_IDS_???", {
    {0, "PR_TIMER_CREATE_RESTORE_IDS_OFF"},
    {1, "PR_TIMER_CREATE_RESTORE_IDS_ON"},
    {2, "PR_TIMER_CREATE_RESTORE_IDS_GET"},
}};

inline constexpr enum_table prctl_futex_hash{"PR_FUTEX_HASH_???", {
    {1, "PR_FUTEX_HASH_SET_SLOTS"},
    {2, "PR_FUTEX_HASH_GET_SLOTS"},
}};

inline constexpr enum_table sched_policies{"SCHED_???", {
    {0, "SCHED_OTHER"},
    {1, "SCHED_FIFO"},
    {2, "SCHED_RR"},
    {3, "SCHED_BATCH"},
    {4, "SCHED_ISO"},
    {5, "SCHED_IDLE"},
    {6, "SCHED_DEADLINE"},
    {7, "SCHED_EXT"},
}};

inline constexpr enum_table scheduler_policies{"SCHED_???", {
    {0, "SCHED_OTHER"},
    {1, "SCHED_FIFO"},
    {2, "SCHED_RR"},
    {3, "SCHED_BATCH"},
    {4, "SCHED_ISO"},
    {5, "SCHED_IDLE"},
    {6, "SCHED_DEADLINE"},
    {7, "SCHED_EXT"},
    {0x40000000, "SCHED_RESET_ON_FORK|SCHED_OTHER"},
    {0x40000001, "SCHED_RESET_ON_FORK|SCHED_FIFO"},
    {0x40000002, "SCHED_RESET_ON_FORK|SCHED_RR"},
    {0x40000003, "SCHED_RESET_ON_FORK|SCHED_BATCH"},
    {0x40000004, "SCHED_RESET_ON_FORK|SCHED_ISO"},
    {0x40000005, "SCHED_RESET_ON_FORK|SCHED_IDLE"},
    {0x40000006, "SCHED_RESET_ON_FORK|SCHED_DEADLINE"},
    {0x40000007, "SCHED_RESET_ON_FORK|SCHED_EXT"},
}};

inline constexpr flag_table sched_getattr_flags{"SCHED_GETATTR_FLAG_???", {
    {0x1, "SCHED_GETATTR_FLAG_DL_DYNAMIC"},
}};

inline constexpr flag_table sched_attr_flags{"SCHED_FLAG_???", {
    {0x1, "SCHED_FLAG_RESET_ON_FORK"},
    {0x2, "SCHED_FLAG_RECLAIM"},
    {0x4, "SCHED_FLAG_DL_OVERRUN"},
    {0x8, "SCHED_FLAG_KEEP_POLICY"},
    {0x10, "SCHED_FLAG_KEEP_PARAMS"},
    {0x20, "SCHED_FLAG_UTIL_CLAMP_MIN"},
    {0x40, "SCHED_FLAG_UTIL_CLAMP_MAX"},
}};

inline constexpr enum_table resources{"RLIMIT_???", {
    {0, "RLIMIT_CPU"},
    {1, "RLIMIT_FSIZE"},
    {2, "RLIMIT_DATA"},
    {3, "RLIMIT_STACK"},
    {4, "RLIMIT_CORE"},
    {5, "RLIMIT_RSS"},
    {6, "RLIMIT_NPROC"},
    {7, "RLIMIT_NOFILE"},
    {8, "RLIMIT_MEMLOCK"},
    {9, "RLIMIT_AS"},
    {10, "RLIMIT_LOCKS"},
    {11, "RLIMIT_SIGPENDING"},
    {12, "RLIMIT_MSGQUEUE"},
    {13, "RLIMIT_NICE"},
    {14, "RLIMIT_RTPRIO"},
    {15, "RLIMIT_RTTIME"},
}};

inline constexpr enum_table usage_whos{"RUSAGE_???", {
    {0, "RUSAGE_SELF"},
    {1, "RUSAGE_THREAD"},
    {0xfffffffe, "RUSAGE_BOTH"},
    {0xffffffff, "RUSAGE_CHILDREN"},
}};

inline constexpr enum_table priority_whiches{"PRIO_???", {
    {0, "PRIO_PROCESS"},
    {1, "PRIO_PGRP"},
    {2, "PRIO_USER"},
}};

inline constexpr enum_table ioprio_whos{"IOPRIO_WHO_???", {
    {1, "IOPRIO_WHO_PROCESS"},
    {2, "IOPRIO_WHO_PGRP"},
    {3, "IOPRIO_WHO_USER"},
}};

inline constexpr enum_table ioprio_classes{"IOPRIO_CLASS_???", {
    {0, "IOPRIO_CLASS_NONE"},
    {1, "IOPRIO_CLASS_RT"},
    {2, "IOPRIO_CLASS_BE"},
    {3, "IOPRIO_CLASS_IDLE"},
}};

inline constexpr enum_table personalities{"PER_???", {
    {0, "PER_LINUX"},
    {6, "PER_BSD"},
    {8, "PER_LINUX32"},
    {12, "PER_RISCOS"},
    {15, "PER_OSF4"},
    {16, "PER_HPUX"},
    {255, "PER_MASK"},
    {0x80000, "PER_LINUX_FDPIC"},
    {0x800000, "PER_LINUX_32BIT"},
    {0x4000005, "PER_ISCR4"},
    {0x4000006, "PER_SUNOS"},
    {0x4000009, "PER_IRIX32"},
    {0x400000a, "PER_IRIXN32"},
    {0x400000b, "PER_IRIX64"},
    {0x400000d, "PER_SOLARIS"},
    {0x4100001, "PER_SVR4"},
    {0x410000e, "PER_UW7"},
    {0x5000002, "PER_SVR3"},
    {0x5000004, "PER_WYSEV386"},
    {0x5000007, "PER_XENIX"},
    {0x6000003, "PER_OSR5"},
    {0x7000003, "PER_SCOSVR3"},
    {0x8000008, "PER_LINUX32_3GB"},
}};

inline constexpr flag_table personality_flags{"", {
    {0x20000, "UNAME26"},
    {0x40000, "ADDR_NO_RANDOMIZE"},
    {0x80000, "FDPIC_FUNCPTRS"},
    {0x100000, "MMAP_PAGE_ZERO"},
    {0x200000, "ADDR_COMPAT_LAYOUT"},
    {0x400000, "READ_IMPLIES_EXEC"},
    {0x800000, "ADDR_LIMIT_32BIT"},
    {0x1000000, "SHORT_INODE"},
    {0x2000000, "WHOLE_SECONDS"},
    {0x4000000, "STICKY_TIMEOUTS"},
    {0x8000000, "ADDR_LIMIT_3GB"},
}};

inline constexpr flag_table pidfd_open_flags{"PIDFD_???", {
    {0x800, "PIDFD_NONBLOCK"},
    {0x80, "PIDFD_THREAD"},
    {0x200, "PIDFD_AUTOKILL"},
}};

inline constexpr flag_table pidfd_information{"PIDFD_INFO_???", {
    {0x1, "PIDFD_INFO_PID"},
    {0x2, "PIDFD_INFO_CREDS"},
    {0x4, "PIDFD_INFO_CGROUPID"},
    {0x8, "PIDFD_INFO_EXIT"},
    {0x10, "PIDFD_INFO_COREDUMP"},
    {0x20, "PIDFD_INFO_SUPPORTED_MASK"},
    {0x40, "PIDFD_INFO_COREDUMP_SIGNAL"},
    {0x80, "PIDFD_INFO_COREDUMP_CODE"},
}};

inline constexpr flag_table pidfd_coredumps{"PIDFD_COREDUMP_???", {
    {0x1, "PIDFD_COREDUMPED"},
    {0x2, "PIDFD_COREDUMP_SKIP"},
    {0x4, "PIDFD_COREDUMP_USER"},
    {0x8, "PIDFD_COREDUMP_ROOT"},
}};

inline constexpr flag_table pidfd_signal_flags{"PIDFD_SIGNAL_???", {
    {0x1, "PIDFD_SIGNAL_THREAD"},
    {0x2, "PIDFD_SIGNAL_THREAD_GROUP"},
    {0x4, "PIDFD_SIGNAL_PROCESS_GROUP"},
}};

inline constexpr enum_table kcmp_types{"KCMP_???", {
    {0, "KCMP_FILE"},
    {1, "KCMP_VM"},
    {2, "KCMP_FILES"},
    {3, "KCMP_FS"},
    {4, "KCMP_SIGHAND"},
    {5, "KCMP_IO"},
    {6, "KCMP_SYSVSEM"},
    {7, "KCMP_EPOLL_TFD"},
}};

inline constexpr flag_table namespace_kinds{"???_NS", {
    {0x80, "TIME_NS"},
    {0x20000, "MNT_NS"},
    {0x2000000, "CGROUP_NS"},
    {0x4000000, "UTS_NS"},
    {0x8000000, "IPC_NS"},
    {0x10000000, "USER_NS"},
    {0x20000000, "PID_NS"},
    {0x40000000, "NET_NS"},
}};

inline constexpr enum_table listns_users{"", {
    {0xffffffffffffffff, "LISTNS_CURRENT_USER"},
}};

inline constexpr enum_table rseq_cpu_ids{"", {
    {0xfffffffe, "RSEQ_CPU_ID_REGISTRATION_FAILED"},
    {0xffffffff, "RSEQ_CPU_ID_UNINITIALIZED"},
}};

inline constexpr flag_table rseq_flags{"RSEQ_FLAG_???", {
    {0x1, "RSEQ_FLAG_UNREGISTER"},
    {0x2, "RSEQ_FLAG_SLICE_EXT_DEFAULT_ON"},
}};

inline constexpr flag_table rseq_cs_flags{"RSEQ_CS_FLAG_???", {
    {0x1, "RSEQ_CS_FLAG_NO_RESTART_ON_PREEMPT"},
    {0x2, "RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL"},
    {0x4, "RSEQ_CS_FLAG_NO_RESTART_ON_MIGRATE"},
    {0x10, "RSEQ_CS_FLAG_SLICE_EXT_AVAILABLE"},
    {0x20, "RSEQ_CS_FLAG_SLICE_EXT_ENABLED"},
}};

inline constexpr enum_table arch_prctl_codes{"ARCH_???", {
    {0x1001, "ARCH_SET_GS"},
    {0x1002, "ARCH_SET_FS"},
    {0x1003, "ARCH_GET_FS"},
    {0x1004, "ARCH_GET_GS"},
    {0x1011, "ARCH_GET_CPUID"},
    {0x1012, "ARCH_SET_CPUID"},
    {0x1021, "ARCH_GET_XCOMP_SUPP"},
    {0x1022, "ARCH_GET_XCOMP_PERM"},
    {0x1023, "ARCH_REQ_XCOMP_PERM"},
    {0x1024, "ARCH_GET_XCOMP_GUEST_PERM"},
    {0x1025, "ARCH_REQ_XCOMP_GUEST_PERM"},
    {0x2001, "ARCH_MAP_VDSO_X32"},
    {0x2002, "ARCH_MAP_VDSO_32"},
    {0x2003, "ARCH_MAP_VDSO_64"},
    {0x4001, "ARCH_GET_UNTAG_MASK"},
    {0x4002, "ARCH_ENABLE_TAGGED_ADDR"},
    {0x4003, "ARCH_GET_MAX_TAG_BITS"},
    {0x4004, "ARCH_FORCE_TAGGED_SVA"},
    {0x5001, "ARCH_SHSTK_ENABLE"},
    {0x5002, "ARCH_SHSTK_DISABLE"},
    {0x5003, "ARCH_SHSTK_LOCK"},
    {0x5004, "ARCH_SHSTK_UNLOCK"},
    {0x5005, "ARCH_SHSTK_STATUS"},
}};

inline constexpr flag_table arch_shadow_stack_features{"ARCH_SHSTK_???", {
    {0x1, "ARCH_SHSTK_SHSTK"},
    {0x2, "ARCH_SHSTK_WRSS"},
}};

inline constexpr enum_table xfeatures{"XFEATURE_???", {
    {0, "XFEATURE_FP"},
    {1, "XFEATURE_SSE"},
    {2, "XFEATURE_YMM"},
    {3, "XFEATURE_BNDREGS"},
    {4, "XFEATURE_BNDCSR"},
    {5, "XFEATURE_OPMASK"},
    {6, "XFEATURE_ZMM_Hi256"},
    {7, "XFEATURE_Hi16_ZMM"},
    {8, "XFEATURE_PT_UNIMPLEMENTED_SO_FAR"},
    {9, "XFEATURE_PKRU"},
    {10, "XFEATURE_PASID"},
    {15, "XFEATURE_LBR"},
    {17, "XFEATURE_XTILE_CFG"},
    {18, "XFEATURE_XTILE_DATA"},
}};

inline constexpr flag_table xfeature_masks{"XFEATURE_MASK_???", {
    {0x3, "XFEATURE_MASK_FPSSE"},
    {0x1, "XFEATURE_MASK_FP"},
    {0x2, "XFEATURE_MASK_SSE"},
    {0x4, "XFEATURE_MASK_YMM"},
    {0x8, "XFEATURE_MASK_BNDREGS"},
    {0x10, "XFEATURE_MASK_BNDCSR"},
    {0xe0, "XFEATURE_MASK_AVX512"},
    {0x20, "XFEATURE_MASK_OPMASK"},
    {0x40, "XFEATURE_MASK_ZMM_Hi256"},
    {0x80, "XFEATURE_MASK_Hi16_ZMM"},
    {0x100, "XFEATURE_MASK_PT"},
    {0x200, "XFEATURE_MASK_PKRU"},
    {0x400, "XFEATURE_MASK_PASID"},
    {0x8000, "XFEATURE_MASK_LBR"},
    {0x60000, "XFEATURE_MASK_XTILE"},
    {0x20000, "XFEATURE_MASK_XTILE_CFG"},
    {0x40000, "XFEATURE_MASK_XTILE_DATA"},
}};

} // namespace cotrace::uapi::names
