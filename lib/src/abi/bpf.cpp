// SPDX-License-Identifier: BSL-1.0
// bpf(2): one union, of which the command chooses the part.
#include "abi/common.hpp"
#include "abi/constants/bpf.hpp"
#include "abi/custom.hpp"
#include "abi/topics.hpp"

namespace cotrace::abi {
namespace {

using namespace as;

// The kernel takes what is not passed for zeros. Fields up to `Head` are always
// shown, others if anything of them was passed; what is behind `End` is left to
// nobody knows whom. A part may have a name of its own in the union.
constexpr std::string_view unnamed{};
template <auto const& Of, std::uint32_t Head, std::uint32_t End, std::string_view const& Name = unnamed>
constexpr type part_of = {.shape = shape::custom, .width = width::klong, .macro = Name, .of = &Of, .length = exactly(Head),
                          .count = End, .decode = decode::bpf_attributes};
template <auto const& Of, std::uint32_t Head, std::uint32_t End, std::string_view const& Name = unnamed>
constexpr auto const& given = in<part_of<Of, Head, End, Name>>;
template <auto const& Of, std::uint32_t Head, std::uint32_t End, std::string_view const& Name = unnamed>
constexpr auto const& given_back = inout<part_of<Of, Head, End, Name>>;

constexpr auto lookup_names = renamed(names::bpf_lookup_flags, "BPF_???");
constexpr type path64 = in64<path_characters>;
constexpr type string64 = in64<characters>;
constexpr auto const& element_flags = flags<lookup_names, width::u64>;
constexpr auto const& attach_type = one_of<names::bpf_attach_types>;
constexpr slice version_parts[] = {
    {uint32, 0xffff0000, true, "version", 16},
    {uint32, 0xff00, true, "patchlevel", 8},
    {uint32, 0xff, true, "sublevel"},
};
constexpr std::string_view kernel_version{"KERNEL_VERSION"};
constexpr enum_table no_node{"", {{0xffffffff, "NUMA_NO_NODE"}}};
constexpr type node = {.shape = shape::enumeration, .style = style::unsigned_decimal, .number_too = true, .names = &no_node};
constexpr type instructions = {.shape = shape::custom, .width = width::u64, .length = member(1), .size = {8, 8, 8},
                               .align = {8, 4, 8}, .decode = decode::extended_program};
template <amount Length>
constexpr type text_of = {.shape = shape::characters, .length = Length};

constexpr structure map_create{{
    {"map_type", one_of<names::bpf_map_types>},
    {"key_size", uint32},
    {"value_size", uint32},
    {"max_entries", uint32},
    {"map_flags", flags<names::bpf_map_flags>},
    {"inner_map_fd", fd},
    {"numa_node", node, shown::always, 0, {4, true, 4, 4}},   // BPF_F_NUMA_NODE
    {"map_name", characters_in<16>},
    {"map_ifindex", uint32},
    {"btf_fd", fd},
    {"btf_key_type_id", uint32},
    {"btf_value_type_id", uint32},
    {"btf_vmlinux_value_type_id", uint32},
    {"map_extra", uint64},
}};
static_assert(map_create.size[0] == 72);
constexpr structure element_lookup{{{"map_fd", fd}, {"", uint32, shown::never}, {"key", address64}, {"value", address64}, {"flags", element_flags}}};
constexpr structure element_update{{{"map_fd", fd}, {"", uint32, shown::never}, {"key", address64}, {"value", address64}, {"flags", one_of<names::bpf_update_flags, width::u64>}}};
constexpr structure element_delete{{{"map_fd", fd}, {"", uint32, shown::never}, {"key", address64}}};
constexpr structure element_next{{{"map_fd", fd}, {"", uint32, shown::never}, {"key", address64}, {"next_key", address64}}};
constexpr structure map_freeze{{{"map_fd", fd}}};
constexpr structure program_load{{
    {"prog_type", one_of<names::bpf_program_types>},
    {"insn_cnt", uint32},
    {"insns", instructions},
    {"license", string64},
    {"log_level", uint32},
    {"log_size", uint32},
    {"log_buf", in64<text_of<member(5)>>},
    {"kern_version", made_by<version_parts, kernel_version, annotation::whole, width::u32, style::hex>},
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
    {"", uint32, shown::never},
    {"fd_array", address64},
}};
static_assert(program_load.size[0] == 128);
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
constexpr std::string_view test_name{"test"};
constexpr structure test_run{{
    {"prog_fd", fd},
    {"retval", uint32},
    {"data_size_in", uint32},
    {"data_size_out", uint32},
    {"data_in", address64},
    {"data_out", address64},
    {"repeat", uint32},
    {"duration", uint32},
    {"ctx_size_in", uint32},
    {"ctx_size_out", uint32},
    {"ctx_in", address64},
    {"ctx_out", address64},
    {"flags", flags<names::bpf_test_run_flags>},
    {"cpu", uint32},
    {"batch_size", uint32},
}};
constexpr structure next_id{{
    {"start_id", uint32},
    {"next_id", uint32, shown::changed},
    {"open_flags", flags<names::bpf_object_flags>},
}};
constexpr structure program_by_id{{{"prog_id", uint32}, {"next_id", uint32}, {"open_flags", flags<names::bpf_object_flags>}}};
constexpr structure map_by_id{{{"map_id", uint32}, {"next_id", uint32}, {"open_flags", flags<names::bpf_object_flags>}}};
constexpr structure btf_by_id{{{"btf_id", uint32}}};
constexpr structure link_by_id{{{"link_id", uint32}}};
constexpr std::string_view info_name{"info"};
constexpr structure information{{{"bpf_fd", fd}, {"info_len", uint32, shown::changed}, {"info", address64}}};
constexpr std::string_view query_name{"query"};
constexpr structure query{{
    {"target_fd", fd},
    {"attach_type", attach_type},
    {"query_flags", flags<names::bpf_query_flags>},
    {"attach_flags", flags<names::bpf_attach_flags>},
    {"prog_ids", in64<as::array<uint32, member(5)>>},
    {"prog_cnt", uint32, shown::changed},
}};
constexpr std::string_view raw_tracepoint_name{"raw_tracepoint"};
constexpr structure raw_tracepoint{{
    {"name", in64<text_of<exactly(128)>>},
    {"prog_fd", fd},
    {"", uint32, shown::never},
    {"cookie", hex64},
}};
constexpr structure btf_load{{
    {"btf", in64<bytes<member(2)>>},
    {"btf_log_buf", address64},
    {"btf_size", uint32},
    {"btf_log_size", uint32},
    {"btf_log_level", uint32},
}};
constexpr std::string_view task_fd_query_name{"task_fd_query"};
constexpr structure task_fd_query{{
    {"pid", process_id},
    {"fd", fd},
    {"flags", uint32},
    {"buf_len", uint32, shown::changed},
    {"buf", in64<text_of<member(3)>>},
    {"prog_id", uint32},
    {"fd_type", one_of<names::bpf_task_fd_types>},
    {"probe_offset", hex64},
    {"probe_addr", hex64},
}};
constexpr std::string_view batch_name{"batch"};
#define COTRACE_BATCH(in_and_out, values_when)                                                               \
    {{{"in_batch", address64, in_and_out}, {"out_batch", address64, in_and_out}, {"keys", address64},        \
      {"values", address64, values_when}, {"count", uint32}, {"map_fd", fd}, {"elem_flags", element_flags}, {"flags", hex64}}}
constexpr structure batch_looked_up COTRACE_BATCH(shown::always, shown::always);
constexpr structure batch_updated COTRACE_BATCH(shown::never, shown::always);
constexpr structure batch_deleted COTRACE_BATCH(shown::never, shown::never);
#undef COTRACE_BATCH
// How many elements were done is shown where that differs from how many should be.
constexpr structure batch_count{{{"in_batch", as::array<uint64, exactly(4)>, shown::never}, {"count", uint32}}};
constexpr structure batch_done{{{"batch", batch_count}}};
constexpr type batch_differs = {.shape = shape::custom, .width = width::klong, .of = &batch_done, .decode = decode::bpf_count};
template <auto const& Of>
constexpr type batch = {.shape = shape::pointer, .width = width::word, .way = direction::changed,
                        .of = &part_of<Of, 56, 56, batch_name>, .after = &batch_differs, .failed = &batch_differs};

// What a link takes beside depends on where it is attached.
constexpr std::string_view link_create_name{"link_create"};
#define COTRACE_LINK {"prog_fd", fd}, {"target_fd", fd}, {"attach_type", attach_type}, {"flags", hex32}
constexpr structure link_plain{{COTRACE_LINK}};
constexpr structure link_extension{{COTRACE_LINK, {"target_btf_id", uint32, shown::nonzero}}};
constexpr structure iterated_map{{{"map_fd", fd}}};
constexpr structure iterated{{{"map", iterated_map}}};
constexpr structure link_iterator{{
    COTRACE_LINK,
    {"iter_info", in64<as::array<iterated, member(5)>>},
    {"iter_info_len", uint32},
}};
constexpr structure perf_cookie{{{"bpf_cookie", hex64}}};
constexpr structure link_perf_event{{COTRACE_LINK, {"perf_event", perf_cookie}}};
constexpr structure probes{{
    {"flags", flags<names::bpf_kprobe_multi_flags>},
    {"cnt", uint32},
    {"syms", in64<as::array<string, member(1)>>},
    {"addrs", in64<as::array<hex64, member(1)>>},
    {"cookies", in64<as::array<hex64, member(1)>>},
}};
constexpr structure link_probes{{COTRACE_LINK, {"kprobe_multi", probes}}};
#undef COTRACE_LINK
constexpr choice_case links[] = {
    {0, part_of<link_extension, 16, 20, link_create_name>},
    {28, part_of<link_iterator, 16, 28, link_create_name>},     // BPF_TRACE_ITER
    {41, part_of<link_perf_event, 16, 24, link_create_name>},   // BPF_PERF_EVENT
    {42, part_of<link_probes, 16, 48, link_create_name>},       // BPF_TRACE_KPROBE_MULTI
};
constexpr type link_create = {.shape = shape::custom, .width = width::klong, .of = &part_of<link_plain, 16, 16, link_create_name>,
                              .length = exactly(8), .cases = links, .count = 4, .decode = decode::bpf_choice};
constexpr std::string_view link_update_name{"link_update"};
constexpr structure link_update{{
    {"link_fd", fd},
    {"new_prog_fd", fd},
    {"flags", flags<names::bpf_attach_flags>},
    {"old_prog_fd", fd, shown::always, 0, {2, true, 4, 4}},   // BPF_F_REPLACE
}};
constexpr std::string_view enable_stats_name{"enable_stats"};
constexpr structure enable_stats{{{"type", one_of<names::bpf_statistics>}}};
constexpr std::string_view iter_create_name{"iter_create"};
constexpr structure iter_create{{{"link_fd", fd}, {"flags", hex32}}};
constexpr std::string_view link_detach_name{"link_detach"};
constexpr structure link_detach{{{"link_fd", fd}}};
constexpr std::string_view bind_map_name{"prog_bind_map"};
constexpr structure bind_map{{{"prog_fd", fd}, {"map_fd", fd}, {"flags", hex32}}};
constexpr std::string_view token_create_name{"token_create"};
constexpr structure token_create{{{"flags", hex32}, {"bpffs_fd", fd}}};

constexpr choice_case attributes[] = {
    {0, given<map_create, 16, 72>},
    {1, given<element_lookup, 24, 32>},
    {2, given<element_update, 32, 32>},
    {3, given<element_delete, 16, 16>},
    {4, given<element_next, 24, 24>},
    {5, given<program_load, 24, 128>},
    {6, given<object_pin, 12, 20>},
    {7, given<object_pin, 12, 20>},
    {8, given<program_attach, 16, 20>},
    {9, given<program_detach, 12, 12>},
    {10, given<test_run, 40, 76, test_name>},
    {11, given_back<next_id, 8, 12>},
    {12, given_back<next_id, 8, 12>},
    {13, given<program_by_id, 8, 12>},
    {14, given<map_by_id, 8, 12>},
    {15, given_back<information, 16, 16, info_name>},
    {16, given_back<query, 28, 28, query_name>},
    {17, given<raw_tracepoint, 12, 24, raw_tracepoint_name>},
    {18, given<btf_load, 28, 28>},
    {19, given<btf_by_id, 4, 4>},
    {20, given_back<task_fd_query, 48, 48, task_fd_query_name>},
    {21, given<element_lookup, 24, 32>},
    {22, given<map_freeze, 4, 4>},
    {23, given_back<next_id, 8, 12>},
    {24, batch<batch_looked_up>},
    {25, batch<batch_looked_up>},
    {26, batch<batch_updated>},
    {27, batch<batch_deleted>},
    {28, in<link_create>},
    {29, given<link_update, 16, 16, link_update_name>},
    {30, given<link_by_id, 4, 4>},
    {31, given_back<next_id, 8, 12>},
    {32, given<enable_stats, 4, 4, enable_stats_name>},
    {33, given<iter_create, 8, 8, iter_create_name>},
    {34, given<link_detach, 4, 4, link_detach_name>},
    {35, given<bind_map, 12, 12, bind_map_name>},
    {36, given<token_create, 8, 8, token_create_name>},
};
constexpr choice_case results[] = {
    {0, fd}, {5, fd}, {6, fd}, {7, fd}, {13, fd}, {14, fd}, {17, fd}, {18, fd}, {19, fd}, {28, fd}, {30, fd}, {32, fd},
    {33, fd}, {35, fd}, {36, fd},
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
