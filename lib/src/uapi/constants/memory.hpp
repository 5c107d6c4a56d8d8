// SPDX-License-Identifier: BSL-1.0
// Names of constants of mmap(2) and related calls, from linux/mman.h, linux/mempolicy.h and linux/userfaultfd.h. The tables
// contain the names up to Linux 6.18.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr flag_table mmap_protections{"PROT_???", {
    {0x0, "PROT_NONE", 0},
    {0x1, "PROT_READ"},
    {0x2, "PROT_WRITE"},
    {0x4, "PROT_EXEC"},
    {0x8, "PROT_SEM"},
    {0x1000000, "PROT_GROWSDOWN"},
    {0x2000000, "PROT_GROWSUP"},
}};

inline constexpr enum_table mmap_types{"MAP_???", {
    {0x0, "MAP_FILE"},
    {0x1, "MAP_SHARED"},
    {0x2, "MAP_PRIVATE"},
    {0x3, "MAP_SHARED_VALIDATE"},
    {0x8, "MAP_DROPPABLE"},
}};

inline constexpr flag_table mmap_flags{"MAP_???", {
    {0x10, "MAP_FIXED"},
    {0x20, "MAP_ANONYMOUS"},
    {0x40, "MAP_32BIT"},
    {0x80, "MAP_ABOVE4G"},
    {0x4000, "MAP_NORESERVE"},
    {0x8000, "MAP_POPULATE"},
    {0x10000, "MAP_NONBLOCK"},
    {0x100, "MAP_GROWSDOWN"},
    {0x800, "MAP_DENYWRITE"},
    {0x1000, "MAP_EXECUTABLE"},
    {0x2000, "MAP_LOCKED"},
    {0x20000, "MAP_STACK"},
    {0x40000, "MAP_HUGETLB"},
    {0x80000, "MAP_SYNC"},
    {0x100000, "MAP_FIXED_NOREPLACE"},
}};

inline constexpr flag_table mremap_flags{"MREMAP_???", {
    {0x1, "MREMAP_MAYMOVE"},
    {0x2, "MREMAP_FIXED"},
    {0x4, "MREMAP_DONTUNMAP"},
}};

inline constexpr flag_table msync_flags{"MS_???", {
    {0x4, "MS_SYNC"},
    {0x1, "MS_ASYNC"},
    {0x2, "MS_INVALIDATE"},
}};

inline constexpr flag_table mlock_flags{"MLOCK_???", {
    {0x1, "MLOCK_ONFAULT"},
}};

inline constexpr flag_table mlockall_flags{"MCL_???", {
    {0x1, "MCL_CURRENT"},
    {0x2, "MCL_FUTURE"},
    {0x4, "MCL_ONFAULT"},
}};

inline constexpr enum_table madvise_advices{"MADV_???", {
    {0, "MADV_NORMAL"},
    {1, "MADV_RANDOM"},
    {2, "MADV_SEQUENTIAL"},
    {3, "MADV_WILLNEED"},
    {4, "MADV_DONTNEED"},
    {8, "MADV_FREE"},
    {9, "MADV_REMOVE"},
    {10, "MADV_DONTFORK"},
    {11, "MADV_DOFORK"},
    {12, "MADV_MERGEABLE"},
    {13, "MADV_UNMERGEABLE"},
    {14, "MADV_HUGEPAGE"},
    {15, "MADV_NOHUGEPAGE"},
    {16, "MADV_DONTDUMP"},
    {17, "MADV_DODUMP"},
    {18, "MADV_WIPEONFORK"},
    {19, "MADV_KEEPONFORK"},
    {20, "MADV_COLD"},
    {21, "MADV_PAGEOUT"},
    {22, "MADV_POPULATE_READ"},
    {23, "MADV_POPULATE_WRITE"},
    {24, "MADV_DONTNEED_LOCKED"},
    {25, "MADV_COLLAPSE"},
    {100, "MADV_HWPOISON"},
    {101, "MADV_SOFT_OFFLINE"},
    {102, "MADV_GUARD_INSTALL"},
    {103, "MADV_GUARD_REMOVE"},
}};

inline constexpr flag_table memfd_create_flags{"MFD_???", {
    {0x1, "MFD_CLOEXEC"},
    {0x2, "MFD_ALLOW_SEALING"},
    {0x4, "MFD_HUGETLB"},
    {0x8, "MFD_NOEXEC_SEAL"},
    {0x10, "MFD_EXEC"},
}};

inline constexpr flag_table memfd_secret_flags{"FD_???", {
    {0x80000, "O_CLOEXEC"},
}};

inline constexpr flag_table map_shadow_stack_flags{"SHADOW_STACK_???", {
    {0x1, "SHADOW_STACK_SET_TOKEN"},
}};

inline constexpr enum_table mempolicy_modes{"MPOL_???", {
    {0, "MPOL_DEFAULT"},
    {1, "MPOL_PREFERRED"},
    {2, "MPOL_BIND"},
    {3, "MPOL_INTERLEAVE"},
    {4, "MPOL_LOCAL"},
    {5, "MPOL_PREFERRED_MANY"},
    {6, "MPOL_WEIGHTED_INTERLEAVE"},
}};

inline constexpr flag_table mempolicy_mode_flags{"MPOL_F_???", {
    {0x8000, "MPOL_F_STATIC_NODES"},
    {0x4000, "MPOL_F_RELATIVE_NODES"},
    {0x2000, "MPOL_F_NUMA_BALANCING"},
}};

inline constexpr flag_table mbind_flags{"MPOL_MF_???", {
    {0x1, "MPOL_MF_STRICT"},
    {0x2, "MPOL_MF_MOVE"},
    {0x4, "MPOL_MF_MOVE_ALL"},
}};

inline constexpr flag_table get_mempolicy_flags{"MPOL_F_???", {
    {0x1, "MPOL_F_NODE"},
    {0x2, "MPOL_F_ADDR"},
    {0x4, "MPOL_F_MEMS_ALLOWED"},
}};

inline constexpr flag_table move_pages_flags{"MPOL_MF_???", {
    {0x2, "MPOL_MF_MOVE"},
    {0x4, "MPOL_MF_MOVE_ALL"},
}};

inline constexpr flag_table pkey_rights{"PKEY_???", {
    {0, "PKEY_UNRESTRICTED", 0},
    {0x1, "PKEY_DISABLE_ACCESS"},
    {0x2, "PKEY_DISABLE_WRITE"},
    {0x4, "PKEY_DISABLE_EXECUTE"},
}};

inline constexpr flag_table userfaultfd_flags{"UFFD_???", {
    {0x1, "UFFD_USER_MODE_ONLY"},
    {0x800, "O_NONBLOCK"},
    {0x80000, "O_CLOEXEC"},
}};

inline constexpr flag_table userfaultfd_features{"UFFD_FEATURE_???", {
    {0x1, "UFFD_FEATURE_PAGEFAULT_FLAG_WP"},
    {0x2, "UFFD_FEATURE_EVENT_FORK"},
    {0x4, "UFFD_FEATURE_EVENT_REMAP"},
    {0x8, "UFFD_FEATURE_EVENT_REMOVE"},
    {0x10, "UFFD_FEATURE_MISSING_HUGETLBFS"},
    {0x20, "UFFD_FEATURE_MISSING_SHMEM"},
    {0x40, "UFFD_FEATURE_EVENT_UNMAP"},
    {0x80, "UFFD_FEATURE_SIGBUS"},
    {0x100, "UFFD_FEATURE_THREAD_ID"},
    {0x200, "UFFD_FEATURE_MINOR_HUGETLBFS"},
    {0x400, "UFFD_FEATURE_MINOR_SHMEM"},
    {0x800, "UFFD_FEATURE_EXACT_ADDRESS"},
    {0x1000, "UFFD_FEATURE_WP_HUGETLBFS_SHMEM"},
    {0x2000, "UFFD_FEATURE_WP_UNPOPULATED"},
    {0x4000, "UFFD_FEATURE_POISON"},
    {0x8000, "UFFD_FEATURE_WP_ASYNC"},
    {0x10000, "UFFD_FEATURE_MOVE"},
}};

inline constexpr flag_table userfaultfd_api_ioctls{"_UFFDIO_???", {
    {0x1, "1<<_UFFDIO_REGISTER"},
    {0x2, "1<<_UFFDIO_UNREGISTER"},
    {0x8000000000000000, "1<<_UFFDIO_API"},
}};

inline constexpr flag_table userfaultfd_register_ioctls{"1<<_UFFDIO_???", {
    {0x4, "1<<_UFFDIO_WAKE"},
    {0x8, "1<<_UFFDIO_COPY"},
    {0x10, "1<<_UFFDIO_ZEROPAGE"},
    {0x20, "1<<_UFFDIO_MOVE"},
    {0x40, "1<<_UFFDIO_WRITEPROTECT"},
    {0x80, "1<<_UFFDIO_CONTINUE"},
    {0x100, "1<<_UFFDIO_POISON"},
}};

inline constexpr flag_table uffd_register_modes{"UFFDIO_REGISTER_MODE_???", {
    {0x1, "UFFDIO_REGISTER_MODE_MISSING"},
    {0x2, "UFFDIO_REGISTER_MODE_WP"},
    {0x4, "UFFDIO_REGISTER_MODE_MINOR"},
}};

inline constexpr flag_table uffd_copy_modes{"UFFDIO_COPY_MODE_???", {
    {0x1, "UFFDIO_COPY_MODE_DONTWAKE"},
    {0x2, "UFFDIO_COPY_MODE_WP"},
}};

inline constexpr flag_table uffd_zeropage_modes{"UFFDIO_ZEROPAGE_MODE_???", {
    {0x1, "UFFDIO_ZEROPAGE_MODE_DONTWAKE"},
}};

inline constexpr flag_table uffd_writeprotect_modes{"UFFDIO_WRITEPROTECT_MODE_???", {
    {0x1, "UFFDIO_WRITEPROTECT_MODE_WP"},
    {0x2, "UFFDIO_WRITEPROTECT_MODE_DONTWAKE"},
}};

inline constexpr flag_table uffd_continue_modes{"UFFDIO_CONTINUE_MODE_???", {
    {0x1, "UFFDIO_CONTINUE_MODE_DONTWAKE"},
}};

inline constexpr flag_table uffd_poison_modes{"UFFDIO_POISON_MODE_???", {
    {0x1, "UFFDIO_POISON_MODE_DONTWAKE"},
}};

inline constexpr flag_table uffd_move_modes{"UFFDIO_MOVE_MODE_???", {
    {0x1, "UFFDIO_MOVE_MODE_DONTWAKE"},
    {0x2, "UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES"},
}};

inline constexpr enum_table membarrier_commands{"MEMBARRIER_CMD_???", {
    {0x0, "MEMBARRIER_CMD_QUERY"},
    {0x1, "MEMBARRIER_CMD_GLOBAL"},
    {0x2, "MEMBARRIER_CMD_GLOBAL_EXPEDITED"},
    {0x4, "MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED"},
    {0x8, "MEMBARRIER_CMD_PRIVATE_EXPEDITED"},
    {0x10, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED"},
    {0x20, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE"},
    {0x40, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE"},
    {0x80, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ"},
    {0x100, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ"},
    {0x200, "MEMBARRIER_CMD_GET_REGISTRATIONS"},
}};

inline constexpr flag_table membarrier_registered{"MEMBARRIER_CMD_???", {
    {0x1, "MEMBARRIER_CMD_GLOBAL"},
    {0x2, "MEMBARRIER_CMD_GLOBAL_EXPEDITED"},
    {0x4, "MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED"},
    {0x8, "MEMBARRIER_CMD_PRIVATE_EXPEDITED"},
    {0x10, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED"},
    {0x20, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE"},
    {0x40, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE"},
    {0x80, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ"},
    {0x100, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ"},
    {0x200, "MEMBARRIER_CMD_GET_REGISTRATIONS"},
}};

inline constexpr flag_table membarrier_flags{"MEMBARRIER_CMD_FLAG_???", {
    {0x1, "MEMBARRIER_CMD_FLAG_CPU"},
}};

} // namespace cotrace::uapi::names
