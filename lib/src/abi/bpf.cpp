// SPDX-License-Identifier: BSL-1.0
// bpf(2): one union, of which the command chooses the part.
#include "abi/common.hpp"
#include "abi/constants/bpf.hpp"
#include "abi/growing.hpp"
#include "abi/topics.hpp"

namespace cotrace::abi {
namespace {

using namespace as;

template <auto const& Of>
constexpr auto const& given = in<growing<Of, argument(2), 1>>;

// A part that has a name of its own in the union.
template <auto const& Of>
constexpr type part = {.shape = shape::custom, .width = width::klong, .of = &Of, .length = argument(2), .count = 4,
                       .size = {4, 4, 4}, .align = {4, 4, 4}, .decode = decode::versioned};
#define COTRACE_PART(name, ...)                                                                              \
    constexpr structure name##_attributes{{__VA_ARGS__}};                                                    \
    constexpr structure name##_part{{{#name, part<name##_attributes>}}}

constexpr type path64 = in64<path_characters>;
constexpr type string64 = in64<characters>;
constexpr auto const& element_flags = flags<names::bpf_lookup_flags, width::u64>;
constexpr auto const& attach_type = one_of<names::bpf_attach_types>;
constexpr enum_table kernel_versions{"", {{0, "KERNEL_VERSION(0, 0, 0)"}}};

constexpr structure map_create{{
    {"map_type", one_of<names::bpf_map_types>},
    {"key_size", uint32},
    {"value_size", uint32},
    {"max_entries", uint32},
    {"map_flags", flags<names::bpf_map_flags>},
    {"inner_map_fd", fd},
    {"numa_node", uint32, shown::always, 0, {4, true, 4, 4}},   // BPF_F_NUMA_NODE
    {"map_name", characters_in<16>},
    {"map_ifindex", uint32},
    {"btf_fd", fd},
    {"btf_key_type_id", uint32},
    {"btf_value_type_id", uint32},
    {"btf_vmlinux_value_type_id", uint32},
    {"map_extra", uint64},
    {"value_type_btf_obj_fd", fd},
    {"map_token_fd", fd},
    {"excl_prog_hash", address64},
    {"excl_prog_hash_size", uint32},
}};
constexpr structure element_lookup{{{"map_fd", fd}, {"", uint32, shown::never}, {"key", address64}, {"value", address64}, {"flags", element_flags}}};
constexpr structure element_update{{{"map_fd", fd}, {"", uint32, shown::never}, {"key", address64}, {"value", address64}, {"flags", one_of<names::bpf_update_flags, width::u64>}}};
constexpr structure element_delete{{{"map_fd", fd}, {"", uint32, shown::never}, {"key", address64}}};
constexpr structure element_next{{{"map_fd", fd}, {"", uint32, shown::never}, {"key", address64}, {"next_key", address64}}};
constexpr structure map_freeze{{{"map_fd", fd}}};
constexpr structure program_load{{
    {"prog_type", one_of<names::bpf_program_types>},
    {"insn_cnt", uint32},
    {"insns", address64},
    {"license", string64},
    {"log_level", uint32},
    {"log_size", uint32},
    {"log_buf", string64},
    {"kern_version", one_of<kernel_versions>},
    {"prog_flags", flags<names::bpf_program_flags>},
    {"prog_name", characters_in<16>},
    {"prog_ifindex", uint32},
    {"expected_attach_type", attach_type},
    {"prog_btf_fd", fd},
    {"func_info_rec_size", uint32},
    {"func_info", address64},
    {"func_info_cnt", uint32},
    {"line_info_rec_size", uint32},
    {"line_info", address64},
    {"line_info_cnt", uint32},
    {"attach_btf_id", uint32},
    {"attach_prog_fd", fd},
    {"core_relo_cnt", uint32},
    {"fd_array", address64},
    {"core_relos", address64},
    {"core_relo_rec_size", uint32},
    {"log_true_size", uint32},
    {"prog_token_fd", fd},
    {"fd_array_cnt", uint32},
}};
constexpr structure object_pin{{
    {"pathname", path64},
    {"bpf_fd", fd},
    {"file_flags", flags<names::bpf_object_flags>},
    {"path_fd", dirfd},
}};
constexpr structure program_attach{{
    {"target_fd", fd},
    {"attach_bpf_fd", fd},
    {"attach_type", attach_type},
    {"attach_flags", flags<names::bpf_attach_flags>},
    {"replace_bpf_fd", fd},
}};
constexpr structure program_detach{{
    {"target_fd", fd},
    {"", uint32, shown::never},
    {"attach_type", attach_type},
}};
COTRACE_PART(test,
    {"prog_fd", fd}, {"retval", uint32}, {"data_size_in", uint32}, {"data_size_out", uint32}, {"data_in", address64},
    {"data_out", address64}, {"repeat", uint32}, {"duration", uint32}, {"ctx_size_in", uint32},
    {"ctx_size_out", uint32}, {"ctx_in", address64}, {"ctx_out", address64},
    {"flags", flags<names::bpf_test_run_flags>}, {"cpu", uint32}, {"batch_size", uint32});
constexpr structure next_id{{{"start_id", uint32}, {"next_id", uint32, shown::changed}, {"open_flags", flags<names::bpf_object_flags>}}};
template <auto const& Next>
constexpr type next_pointer = inout<Next>;
constexpr auto const& next_given = growing<next_id, argument(2), 1>;
constexpr structure program_by_id{{{"prog_id", uint32}, {"next_id", uint32}, {"open_flags", flags<names::bpf_object_flags>}}};
constexpr structure map_by_id{{{"map_id", uint32}, {"next_id", uint32}, {"open_flags", flags<names::bpf_object_flags>}}};
constexpr structure btf_by_id{{{"btf_id", uint32}}};
constexpr structure link_by_id{{{"link_id", uint32}}};
COTRACE_PART(info, {"bpf_fd", fd}, {"info_len", uint32}, {"info", address64});
COTRACE_PART(query,
    {"target_fd", fd}, {"attach_type", attach_type}, {"query_flags", flags<names::bpf_query_flags>},
    {"attach_flags", flags<names::bpf_attach_flags>}, {"prog_ids", address64}, {"prog_cnt", uint32});
COTRACE_PART(raw_tracepoint, {"name", string64}, {"prog_fd", fd});
constexpr structure btf_load{{
    {"btf", address64},
    {"btf_log_buf", string64},
    {"btf_size", uint32},
    {"btf_log_size", uint32},
    {"btf_log_level", uint32},
}};
COTRACE_PART(task_fd_query,
    {"pid", process_id}, {"fd", fd}, {"flags", hex32}, {"buf_len", uint32}, {"buf", string64}, {"prog_id", uint32},
    {"fd_type", one_of<names::bpf_task_fd_types>}, {"probe_offset", hex64}, {"probe_addr", hex64});
COTRACE_PART(batch,
    {"in_batch", address64}, {"out_batch", address64}, {"keys", address64}, {"values", address64}, {"count", uint32},
    {"map_fd", fd}, {"elem_flags", element_flags}, {"flags", hex64});
#define COTRACE_CHANGED_BATCH(values_when)                                                                   \
    {"", uint64, shown::never}, {"", uint64, shown::never}, {"keys", address64},                             \
        {"values", address64, values_when}, {"count", uint32}, {"map_fd", fd}, {"elem_flags", element_flags}, \
        {"flags", hex64}
constexpr structure batch_update_attributes{{COTRACE_CHANGED_BATCH(shown::always)}};
constexpr structure batch_delete_attributes{{COTRACE_CHANGED_BATCH(shown::never)}};
#undef COTRACE_CHANGED_BATCH
constexpr structure batch_update_part{{{"batch", part<batch_update_attributes>}}};
constexpr structure batch_delete_part{{{"batch", part<batch_delete_attributes>}}};
COTRACE_PART(link_create,
    {"prog_fd", fd}, {"target_fd", fd}, {"attach_type", attach_type}, {"flags", hex32});
COTRACE_PART(link_update,
    {"link_fd", fd}, {"new_prog_fd", fd}, {"flags", flags<names::bpf_attach_flags>},
    {"old_prog_fd", fd, shown::always, 0, {2, true, 4, 4}});
COTRACE_PART(enable_stats, {"type", one_of<names::bpf_statistics>});
COTRACE_PART(iter_create, {"link_fd", fd}, {"flags", hex32});
COTRACE_PART(link_detach, {"link_fd", fd});
COTRACE_PART(prog_bind_map, {"prog_fd", fd}, {"map_fd", fd}, {"flags", hex32});
#undef COTRACE_PART

constexpr choice_case attributes[] = {
    {0, given<map_create>},
    {1, given<element_lookup>},
    {2, given<element_update>},
    {3, given<element_delete>},
    {4, given<element_next>},
    {5, given<program_load>},
    {6, given<object_pin>},
    {7, given<object_pin>},
    {8, given<program_attach>},
    {9, given<program_detach>},
    {10, in<test_part>},
    {11, next_pointer<next_given>},
    {12, next_pointer<next_given>},
    {13, given<program_by_id>},
    {14, given<map_by_id>},
    {15, in<info_part>},
    {16, in<query_part>},
    {17, in<raw_tracepoint_part>},
    {18, given<btf_load>},
    {19, given<btf_by_id>},
    {20, in<task_fd_query_part>},
    {21, given<element_lookup>},
    {22, given<map_freeze>},
    {23, next_pointer<next_given>},
    {24, in<batch_part>},
    {25, in<batch_part>},
    {26, in<batch_update_part>},
    {27, in<batch_delete_part>},
    {28, in<link_create_part>},
    {29, in<link_update_part>},
    {30, given<link_by_id>},
    {31, next_pointer<next_given>},
    {32, in<enable_stats_part>},
    {33, in<iter_create_part>},
    {34, in<link_detach_part>},
    {35, in<prog_bind_map_part>},
};
constexpr choice_case results[] = {
    {0, fd}, {5, fd}, {7, fd}, {13, fd}, {14, fd}, {17, fd}, {18, fd}, {19, fd}, {28, fd}, {30, fd}, {32, fd}, {33, fd},
};

constexpr syscall_descriptor rows[] = {
    {"bpf", {{"cmd", one_of<names::bpf_commands>}, {"attr", chosen<argument(0), attributes>}, {"size", uint32}}, chosen<argument(0), results, long_signed>},
};

} // namespace

std::span<syscall_descriptor const> bpf_calls() noexcept
{
    return rows;
}

} // namespace cotrace::abi
