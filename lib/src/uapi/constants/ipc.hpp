// SPDX-License-Identifier: BSL-1.0
// Names of constants of futexes, System V IPC, POSIX message queues and asynchronous I/O. The tables contain the names up to
// Linux 6.18.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr enum_table futex_operations{"FUTEX_???", {
    {0, "FUTEX_WAIT"},
    {1, "FUTEX_WAKE"},
    {2, "FUTEX_FD"},
    {3, "FUTEX_REQUEUE"},
    {4, "FUTEX_CMP_REQUEUE"},
    {5, "FUTEX_WAKE_OP"},
    {6, "FUTEX_LOCK_PI"},
    {7, "FUTEX_UNLOCK_PI"},
    {8, "FUTEX_TRYLOCK_PI"},
    {9, "FUTEX_WAIT_BITSET"},
    {10, "FUTEX_WAKE_BITSET"},
    {11, "FUTEX_WAIT_REQUEUE_PI"},
    {12, "FUTEX_CMP_REQUEUE_PI"},
    {13, "FUTEX_LOCK_PI2"},
    {128, "FUTEX_WAIT_PRIVATE"},
    {129, "FUTEX_WAKE_PRIVATE"},
    {130, "FUTEX_FD|FUTEX_PRIVATE_FLAG"},
    {131, "FUTEX_REQUEUE_PRIVATE"},
    {132, "FUTEX_CMP_REQUEUE_PRIVATE"},
    {133, "FUTEX_WAKE_OP_PRIVATE"},
    {134, "FUTEX_LOCK_PI_PRIVATE"},
    {135, "FUTEX_UNLOCK_PI_PRIVATE"},
    {136, "FUTEX_TRYLOCK_PI_PRIVATE"},
    {137, "FUTEX_WAIT_BITSET_PRIVATE"},
    {138, "FUTEX_WAKE_BITSET_PRIVATE"},
    {139, "FUTEX_WAIT_REQUEUE_PI_PRIVATE"},
    {140, "FUTEX_CMP_REQUEUE_PI_PRIVATE"},
    {141, "FUTEX_LOCK_PI2_PRIVATE"},
    {256, "FUTEX_WAIT|FUTEX_CLOCK_REALTIME"},
    {265, "FUTEX_WAIT_BITSET|FUTEX_CLOCK_REALTIME"},
    {267, "FUTEX_WAIT_REQUEUE_PI|FUTEX_CLOCK_REALTIME"},
    {384, "FUTEX_WAIT_PRIVATE|FUTEX_CLOCK_REALTIME"},
    {393, "FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME"},
    {395, "FUTEX_WAIT_REQUEUE_PI_PRIVATE|FUTEX_CLOCK_REALTIME"},
    {513, "FUTEX_UNLOCK_WAKE_LIST64"},
    {519, "FUTEX_UNLOCK_PI_LIST64"},
    {522, "FUTEX_UNLOCK_BITSET_LIST64"},
    {641, "FUTEX_UNLOCK_WAKE_LIST64_PRIVATE"},
    {647, "FUTEX_UNLOCK_PI_LIST64_PRIVATE"},
    {650, "FUTEX_UNLOCK_BITSET_LIST64_PRIVATE"},
    {1537, "FUTEX_UNLOCK_WAKE_LIST32"},
    {1543, "FUTEX_UNLOCK_PI_LIST32"},
    {1546, "FUTEX_UNLOCK_BITSET_LIST32"},
    {1665, "FUTEX_UNLOCK_WAKE_LIST32_PRIVATE"},
    {1671, "FUTEX_UNLOCK_PI_LIST32_PRIVATE"},
    {1674, "FUTEX_UNLOCK_BITSET_LIST32_PRIVATE"},
}};

inline constexpr flag_table futex_flags{"FUTEX_???", {
    {0x80, "FUTEX_PRIVATE_FLAG"},
    {0x100, "FUTEX_CLOCK_REALTIME"},
}};

inline constexpr enum_table futex_wake_operations{"FUTEX_OP_???", {
    {0, "FUTEX_OP_SET"},
    {1, "FUTEX_OP_ADD"},
    {2, "FUTEX_OP_OR"},
    {3, "FUTEX_OP_ANDN"},
    {4, "FUTEX_OP_XOR"},
}};

inline constexpr enum_table futex_wake_comparisons{"FUTEX_OP_CMP_???", {
    {0, "FUTEX_OP_CMP_EQ"},
    {1, "FUTEX_OP_CMP_NE"},
    {2, "FUTEX_OP_CMP_LT"},
    {3, "FUTEX_OP_CMP_LE"},
    {4, "FUTEX_OP_CMP_GT"},
    {5, "FUTEX_OP_CMP_GE"},
}};

inline constexpr enum_table futex_bitsets{"", {
    {0xffffffff, "FUTEX_BITSET_MATCH_ANY"},
}};

inline constexpr flag_table futex2_flags{"FUTEX2_???", {
    {0x0, "FUTEX2_SIZE_U8", 0x3},
    {0x1, "FUTEX2_SIZE_U16", 0x3},
    {0x2, "FUTEX2_SIZE_U32", 0x3},
    {0x3, "FUTEX2_SIZE_U64", 0x3},
    {0x4, "FUTEX2_NUMA"},
    {0x8, "FUTEX2_MPOL"},
    {0x80, "FUTEX2_PRIVATE"},
}};

inline constexpr flag_table futex_waiter_flags{"FUTEX_???", {
    {0x2, "FUTEX_32"},
    {0x80, "FUTEX_PRIVATE_FLAG"},
}};

inline constexpr enum_table ipc_private{"", {
    {0, "IPC_PRIVATE"},
}};

inline constexpr flag_table ipc_get_flags{"IPC_???", {
    {0x200, "IPC_CREAT"},
    {0x400, "IPC_EXCL"},
    {0x800, "IPC_NOWAIT"},
}};

inline constexpr flag_table ipc_flag64{"", {
    {0x100, "IPC_64"},
}};

inline constexpr flag_table shmget_flags{"SHM_???", {
    {0x200, "IPC_CREAT"},
    {0x400, "IPC_EXCL"},
    {0x800, "SHM_HUGETLB"},
    {0x1000, "SHM_NORESERVE"},
}};

inline constexpr flag_table shmat_flags{"SHM_???", {
    {0x1000, "SHM_RDONLY"},
    {0x2000, "SHM_RND"},
    {0x4000, "SHM_REMAP"},
    {0x8000, "SHM_EXEC"},
}};

inline constexpr enum_table shmctl_commands{"SHM_???", {
    {0, "IPC_RMID"},
    {1, "IPC_SET"},
    {2, "IPC_STAT"},
    {3, "IPC_INFO"},
    {11, "SHM_LOCK"},
    {12, "SHM_UNLOCK"},
    {13, "SHM_STAT"},
    {14, "SHM_INFO"},
    {15, "SHM_STAT_ANY"},
}};

inline constexpr enum_table semctl_commands{"SEM_???", {
    {0, "IPC_RMID"},
    {1, "IPC_SET"},
    {2, "IPC_STAT"},
    {3, "IPC_INFO"},
    {11, "GETPID"},
    {12, "GETVAL"},
    {13, "GETALL"},
    {14, "GETNCNT"},
    {15, "GETZCNT"},
    {16, "SETVAL"},
    {17, "SETALL"},
    {18, "SEM_STAT"},
    {19, "SEM_INFO"},
    {20, "SEM_STAT_ANY"},
}};

inline constexpr flag_table semop_flags{"SEM_???", {
    {0x1000, "SEM_UNDO"},
    {0x800, "IPC_NOWAIT"},
}};

inline constexpr enum_table msgctl_commands{"MSG_???", {
    {0, "IPC_RMID"},
    {1, "IPC_SET"},
    {2, "IPC_STAT"},
    {3, "IPC_INFO"},
    {11, "MSG_STAT"},
    {12, "MSG_INFO"},
    {13, "MSG_STAT_ANY"},
}};

inline constexpr flag_table msgsnd_flags{"MSG_???", {
    {0x1000, "MSG_NOERROR"},
    {0x2000, "MSG_EXCEPT"},
    {0x4000, "MSG_COPY"},
    {0x800, "IPC_NOWAIT"},
}};

inline constexpr enum_table ipc_calls{"", {
    {1, "SEMOP"},
    {2, "SEMGET"},
    {3, "SEMCTL"},
    {4, "SEMTIMEDOP"},
    {11, "MSGSND"},
    {12, "MSGRCV"},
    {13, "MSGGET"},
    {14, "MSGCTL"},
    {21, "SHMAT"},
    {22, "SHMDT"},
    {23, "SHMGET"},
    {24, "SHMCTL"},
}};

inline constexpr flag_table mq_open_attributes{"O_???", {
    {0x800, "O_NONBLOCK"},
}};

inline constexpr enum_table aio_commands{"IOCB_CMD_???", {
    {0, "IOCB_CMD_PREAD"},
    {1, "IOCB_CMD_PWRITE"},
    {2, "IOCB_CMD_FSYNC"},
    {3, "IOCB_CMD_FDSYNC"},
    {4, "IOCB_CMD_PREADX"},
    {5, "IOCB_CMD_POLL"},
    {6, "IOCB_CMD_NOOP"},
    {7, "IOCB_CMD_PREADV"},
    {8, "IOCB_CMD_PWRITEV"},
}};

inline constexpr flag_table aio_flags{"IOCB_FLAG_???", {
    {0x1, "IOCB_FLAG_RESFD"},
    {0x2, "IOCB_FLAG_IOPRIO"},
}};

} // namespace cotrace::uapi::names
