// SPDX-License-Identifier: BSL-1.0
// System calls for the memory of a process.
#include "uapi/common.hpp"
#include "uapi/constants/memory.hpp"
#include "uapi/custom.hpp"
#include "uapi/mapping.hpp"
#include "uapi/topics.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr slice memfd_flags[] = {
    {flags<names::memfd_create_flags>, ~huge_bits},
    {uint32, huge_bits, false, "huge_shift", 26, "MFD_HUGE_SHIFT"},
    {uint32, 0},   // the number 0, which is shown if there are no flags
};

// The mode of a memory policy (set_mempolicy(2)). The number also contains flags.
constexpr std::uint64_t mode_flags = 0xe000;
constexpr field_and_flags<names::mempolicy_modes, ~mode_flags, names::mempolicy_mode_flags> policies{"MPOL_???"};
template <unsigned Count>
constexpr auto const& nodes_in = in<as::custom<decode::node_set, direction::in, argument(Count)>>;
template <unsigned Count>
constexpr auto const& nodes_out = out<as::custom<decode::node_set, direction::in, argument(Count)>>;

constexpr structure cache_range{{{"off", hex64}, {"len", uint64}}};
constexpr structure cache_state{{
    {"nr_cache", uint64},
    {"nr_dirty", uint64},
    {"nr_writeback", uint64},
    {"nr_evicted", uint64},
    {"nr_recently_evicted", uint64},
}};

// The argument `new_address` of mremap(2). The kernel uses it only if the flags are MREMAP_MAYMOVE together with
// MREMAP_FIXED, MREMAP_DONTUNMAP or both.
constexpr choice_case with_new_address[] = {{3, address}, {5, address}, {7, address}};

// The argument `cpu_id` of membarrier(2). It is shown only if the flags contain MEMBARRIER_CMD_FLAG_CPU. Without this flag,
// the kernel ignores it.
constexpr choice_case no_cpu[] = {{0, nothing}};
constexpr auto barrier_names = renamed(names::membarrier_registered);
constexpr type barriers_there = {.shape = shape::flags, .style = style::hex, .names = &barrier_names};
constexpr choice_case membarrier_results[] = {{0, barriers_there}};   // MEMBARRIER_CMD_QUERY

constexpr auto const& resident_pages = out<as::custom<decode::resident_pages, direction::in, argument(1)>>;

// The offset of mmap2(2), which counts units of 4,096 bytes. The text output shows the offset in bytes.
constexpr type pages = {.width = width::klong, .style = style::hex, .unit = 4096};

constexpr syscall_descriptor rows[] = {
    {"brk", {{"addr", address}}, address},
    {"mmap", {{"addr", address}, {"length", size}, {"prot", flags<names::mmap_protections, width::klong>}, {"flags", mapping_flags}, {"fd", fd}, {"offset", long_hex}}, address},
    {"mmap2", {{"addr", address}, {"length", size}, {"prot", flags<names::mmap_protections, width::klong>}, {"flags", mapping_flags}, {"fd", fd}, {"pgoffset", pages}}, address},
    {"munmap", {{"addr", address}, {"length", size}}},
    {"mprotect", {{"addr", address}, {"len", size}, {"prot", flags<names::mmap_protections, width::klong>}}},
    {"pkey_mprotect", {{"addr", address}, {"len", size}, {"prot", flags<names::mmap_protections, width::klong>}, {"pkey", integer}}},
    {"pkey_alloc", {{"flags", long_hex}, {"access_rights", flags<names::pkey_rights, width::klong>}}},
    {"pkey_free", {{"pkey", integer}}},
    {"mremap", {{"old_address", address}, {"old_size", size}, {"new_size", size}, {"flags", flags<names::mremap_flags, width::klong>}, {"new_address", chosen<argument(3, 7), with_new_address, nothing>}}, address},
    {"msync", {{"addr", address}, {"length", size}, {"flags", flags<names::msync_flags>}}},
    {"madvise", {{"addr", address}, {"length", size}, {"advice", one_of<names::madvise_advices>}}},
    {"process_madvise", {{"pidfd", fd}, {"iovec", in<as::array<iovec_plain, argument(2)>>}, {"vlen", size}, {"advice", one_of<names::madvise_advices>}, {"flags", hex32}}},
    {"mincore", {{"addr", address}, {"length", size}, {"vec", resident_pages}}},
    {"mlock", {{"addr", address}, {"len", size}}},
    {"mlock2", {{"addr", address}, {"len", size}, {"flags", flags<names::mlock_flags>}}},
    {"munlock", {{"addr", address}, {"len", size}}},
    {"mlockall", {{"flags", flags<names::mlockall_flags>}}},
    {"munlockall", {}},
    {"remap_file_pages", {{"addr", address}, {"size", size}, {"prot", flags<names::mmap_protections, width::klong>}, {"pgoff", size}, {"flags", mapping_flags}}},
    {"memfd_create", {{"name", string}, {"flags", packed<memfd_flags, width::u32, annotation::whole>}}, fd},
    {"membarrier", {{"cmd", one_of<names::membarrier_commands>}, {"flags", flags<names::membarrier_flags>}, {"cpu_id", chosen<argument(1, 1), no_cpu, integer>}}, chosen<argument(0), membarrier_results, long_signed>},
    {"get_mempolicy", {{"mode", out<one_of<names::mempolicy_modes>>}, {"nodemask", nodes_out<2>}, {"maxnode", long_unsigned}, {"addr", address}, {"flags", flags<names::get_mempolicy_flags, width::klong>}}},
    {"set_mempolicy", {{"mode", flags<policies>}, {"nodemask", nodes_in<2>}, {"maxnode", long_unsigned}}},
    {"set_mempolicy_home_node", {{"start", address}, {"len", long_unsigned}, {"home_node", long_unsigned}, {"flags", long_hex}}},
    {"mbind", {{"addr", address}, {"len", size}, {"mode", flags<policies, width::klong>}, {"nodemask", nodes_in<4>}, {"maxnode", long_unsigned}, {"flags", flags<names::mbind_flags>}}},
    {"migrate_pages", {{"pid", process_id}, {"maxnode", long_unsigned}, {"old_nodes", nodes_in<1>}, {"new_nodes", nodes_in<1>}}},
    {"move_pages", {{"pid", process_id}, {"count", long_unsigned}, {"pages", in<as::array<address, argument(1)>>}, {"nodes", in<as::array<integer, argument(1)>>}, {"status", out<as::array<kernel_result, argument(1)>>}, {"flags", flags<names::move_pages_flags>}}},
    {"map_shadow_stack", {{"addr", address}, {"size", size}, {"flags", flags<names::map_shadow_stack_flags>}}, address},
    {"mseal", {{"addr", address}, {"len", size}, {"flags", long_hex}}},
    {"userfaultfd", {{"flags", flags<names::userfaultfd_flags>}}, fd},
    {"cachestat", {{"fd", fd}, {"cstat_range", in<cache_range>}, {"cstat", out<cache_state>}, {"flags", hex32}}},
};

} // namespace

std::span<syscall_descriptor const> memory_calls() noexcept
{
    return rows;
}

} // namespace cotrace::uapi
