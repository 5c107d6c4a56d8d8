// SPDX-License-Identifier: BSL-1.0
// Calls that arrange a process's memory.
#include "abi/common.hpp"
#include "abi/topics.hpp"

namespace cotrace::abi {
namespace {

using namespace as;

constexpr flag_table protections{"PROT_???", {
    {0, "PROT_NONE", 0},
    {0x1, "PROT_READ"},
    {0x2, "PROT_WRITE"},
    {0x4, "PROT_EXEC"},
    {0x8, "PROT_SEM"},
    {0x1000000, "PROT_GROWSDOWN"},
    {0x2000000, "PROT_GROWSUP"},
}};

constexpr flag_table map_flags{"MAP_???", {
    {0x1, "MAP_SHARED", 0xf},
    {0x2, "MAP_PRIVATE", 0xf},
    {0x3, "MAP_SHARED_VALIDATE", 0xf},
    {0x8, "MAP_DROPPABLE", 0xf},
    {0x10, "MAP_FIXED"},
    {0x20, "MAP_ANONYMOUS"},
    {0x40, "MAP_32BIT"},
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
    {0x4000000, "MAP_UNINITIALIZED"},
}};

constexpr flag_table mremap_flags{"MREMAP_???", {
    {1, "MREMAP_MAYMOVE"},
    {2, "MREMAP_FIXED"},
    {4, "MREMAP_DONTUNMAP"},
}};

constexpr flag_table msync_flags{"MS_???", {
    {4, "MS_SYNC"},
    {1, "MS_ASYNC"},
    {2, "MS_INVALIDATE"},
}};

constexpr enum_table advices{"MADV_???", {
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

constexpr flag_table mlock2_flags{"MLOCK_???", {
    {1, "MLOCK_ONFAULT"},
}};

constexpr flag_table mlockall_flags{"MCL_???", {
    {1, "MCL_CURRENT"},
    {2, "MCL_FUTURE"},
    {4, "MCL_ONFAULT"},
}};

constexpr flag_table memfd_flags{"MFD_???", {
    {0x1, "MFD_CLOEXEC"},
    {0x2, "MFD_ALLOW_SEALING"},
    {0x4, "MFD_HUGETLB"},
    {0x8, "MFD_NOEXEC_SEAL"},
    {0x10, "MFD_EXEC"},
}};

constexpr flag_table pkey_rights{"PKEY_???", {
    {1, "PKEY_DISABLE_ACCESS"},
    {2, "PKEY_DISABLE_WRITE"},
    {4, "PKEY_DISABLE_EXECUTE"},
}};

constexpr flag_table membarrier_commands{"MEMBARRIER_CMD_???", {
    {0, "MEMBARRIER_CMD_QUERY", 0},
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

constexpr flag_table membarrier_flags{"MEMBARRIER_CMD_FLAG_???", {
    {1, "MEMBARRIER_CMD_FLAG_CPU"},
}};

constexpr enum_table policies{"MPOL_???", {
    {0, "MPOL_DEFAULT"},
    {1, "MPOL_PREFERRED"},
    {2, "MPOL_BIND"},
    {3, "MPOL_INTERLEAVE"},
    {4, "MPOL_LOCAL"},
    {5, "MPOL_PREFERRED_MANY"},
    {6, "MPOL_WEIGHTED_INTERLEAVE"},
}};

// mremap(2) looks at a new address only if it is told to.
constexpr choice_case stays[] = {{0, nothing}};

// mmap2(2) counts in pages of 4,096 bytes; text shows bytes.
constexpr type pages = {.width = width::klong, .style = style::hex, .length = {.unit = 4096}};

constexpr syscall_descriptor rows[] = {
    {"brk", {{"addr", address}}, address},
    {"mmap", {{"addr", address}, {"length", size}, {"prot", flags<protections>}, {"flags", flags<map_flags>}, {"fd", fd}, {"offset", long_hex}}, address},
    {"mmap2", {{"addr", address}, {"length", size}, {"prot", flags<protections>}, {"flags", flags<map_flags>}, {"fd", fd}, {"pgoffset", pages}}, address},
    {"munmap", {{"addr", address}, {"length", size}}},
    {"mprotect", {{"addr", address}, {"len", size}, {"prot", flags<protections>}}},
    {"pkey_mprotect", {{"addr", address}, {"len", size}, {"prot", flags<protections>}, {"pkey", integer}}},
    {"pkey_alloc", {{"flags", hex32}, {"access_rights", flags<pkey_rights>}}},
    {"pkey_free", {{"pkey", integer}}},
    {"mremap", {{"old_address", address}, {"old_size", size}, {"new_size", size}, {"flags", flags<mremap_flags>}, {"new_address", chosen<argument(3, 6), stays, address>}}, address},
    {"msync", {{"addr", address}, {"length", size}, {"flags", flags<msync_flags>}}},
    {"madvise", {{"addr", address}, {"length", size}, {"advice", one_of<advices>}}},
    {"process_madvise", {{"pidfd", fd}, {"iovec", in<as::array<iovec_plain, argument(2)>>}, {"vlen", size}, {"advice", one_of<advices>}, {"flags", hex32}}},
    {"mincore", {{"addr", address}, {"length", size}, {"vec", address}}},
    {"mlock", {{"addr", address}, {"len", size}}},
    {"mlock2", {{"addr", address}, {"len", size}, {"flags", flags<mlock2_flags>}}},
    {"munlock", {{"addr", address}, {"len", size}}},
    {"mlockall", {{"flags", flags<mlockall_flags>}}},
    {"munlockall", {}},
    {"remap_file_pages", {{"addr", address}, {"size", size}, {"prot", flags<protections>}, {"pgoff", size}, {"flags", flags<map_flags>}}},
    {"memfd_create", {{"name", string}, {"flags", flags<memfd_flags>}}, fd},
    {"membarrier", {{"cmd", flags<membarrier_commands>}, {"flags", flags<membarrier_flags>}}},
    {"get_mempolicy", {{"mode", out<one_of<policies>>}, {"nodemask", address}, {"maxnode", size}, {"addr", address}, {"flags", long_hex}}},
    {"set_mempolicy", {{"mode", one_of<policies>}, {"nodemask", address}, {"maxnode", size}}},
};

} // namespace

std::span<syscall_descriptor const> memory_calls() noexcept
{
    return rows;
}

} // namespace cotrace::abi
