// SPDX-License-Identifier: BSL-1.0
// bpf(2): the command decides which member of union bpf_attr is used.
#include "uapi/common.hpp"
#include "uapi/constants/bpf.hpp"
#include "uapi/custom.hpp"
#include "uapi/topics.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

// A member of union bpf_attr with the type `Of`. `decode::bpf_attributes` describes `Head` (`self.length`), `End`
// (`self.count`) and `Name`.
constexpr std::string_view unnamed{};
template <auto const& Of, std::uint32_t Head, std::uint32_t End, std::string_view const& Name = unnamed>
constexpr type part_of = {.shape = shape::custom, .width = width::klong, .of = &Of, .length = exactly(Head),
                          .count = End, .custom = {.decode = decode::bpf_attributes, .name = Name}};
template <auto const& Of, std::uint32_t Head, std::uint32_t End, std::string_view const& Name = unnamed>
constexpr auto const& given = in<part_of<Of, Head, End, Name>>;
template <auto const& Of, std::uint32_t Head, std::uint32_t End, std::string_view const& Name = unnamed>
constexpr auto const& given_and_returned = inout<part_of<Of, Head, End, Name>>;

constexpr auto lookup_names = renamed(names::bpf_lookup_flags, "BPF_???");
constexpr auto update_names = renamed(names::bpf_update_flags, "BPF_???");
constexpr type path64 = in64<path_characters>;
constexpr type string64 = in64<characters>;
constexpr auto const& element_flags = flags<lookup_names, width::u64>;
constexpr auto const& update_flags = flags<update_names, width::u64>;
constexpr auto const& attach_type = one_of<names::bpf_attach_types>;
constexpr slice version_parts[] = {
    {uint32, 0xffff0000, true, "version", 16},
    {uint32, 0xff00, true, "patchlevel", 8},
    {uint32, 0xff, true, "sublevel"},
};
constexpr std::string_view kernel_version{"KERNEL_VERSION"};
constexpr enum_table no_node{"", {{0xffffffff, "NUMA_NO_NODE"}}};
constexpr type node = {.shape = shape::enumeration, .style = style::unsigned_decimal, .names = &no_node,
                       .text = {.number_too = true}};
constexpr type instructions = {.shape = shape::custom, .width = width::u64, .length = member(1), .size = {8, 8, 8},
                               .align = {8, 4, 8}, .custom = {.decode = decode::extended_program}};
template <amount Length>
constexpr type text_of = {.shape = shape::characters, .length = Length};

constexpr enum_table no_extra{"", {{0xffffffffffffffff, "UINT64_MAX"}}};
constexpr auto const& map_extra = one_of_unsigned<no_extra, width::u64>;
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
    {"btf_key_type_id", uint32, shown::always, 0, if_passed(49)},
    {"btf_value_type_id", uint32, shown::always, 0, if_passed(49)},
    {"btf_vmlinux_value_type_id", uint32},
    {"map_extra", map_extra},
    {"value_type_btf_obj_fd", fd},
    {"map_token_fd", fd},
    {"excl_prog_hash", address64},
    {"excl_prog_hash_size", uint32, shown::always, 0, if_passed(81)},
    {"", uint32, shown::never},
}};
static_assert(map_create.size[0] == 96);
constexpr structure element_lookup{{{"map_fd", fd}, {"", uint32, shown::never}, {"key", address64}, {"value", address64}, {"flags", element_flags}}};
constexpr structure element_update{{{"map_fd", fd}, {"", uint32, shown::never}, {"key", address64}, {"value", address64}, {"flags", update_flags}}};
constexpr structure element_delete{{{"map_fd", fd}, {"", uint32, shown::never}, {"key", address64}}};
constexpr structure element_next{{{"map_fd", fd}, {"", uint32, shown::never}, {"key", address64}, {"next_key", address64}}};
constexpr structure map_freeze{{{"map_fd", fd}}};
constexpr structure program_load{{
    {"prog_type", one_of<names::bpf_program_types>},
    {"insn_cnt", uint32},
    {"insns", instructions},
    {"license", string64},
    {"log_level", uint32},
    {"log_size", uint32, shown::always, 0, if_passed(25)},
    {"log_buf", in64<text_of<member(5)>>, shown::always, 0, if_passed(25)},
    {"kern_version", made_by<version_parts, kernel_version, annotation::whole, width::u32, style::hex>},
    {"prog_flags", flags<names::bpf_program_flags>},
    {"prog_name", characters_in<16>},
    {"prog_ifindex", uint32},
    {"expected_attach_type", attach_type},
    {"prog_btf_fd", fd},
    {"func_info_rec_size", uint32, shown::always, 0, if_passed(73)},
    {"func_info", address64, shown::always, 0, if_passed(73)},
    {"func_info_cnt", uint32, shown::always, 0, if_passed(73)},
    {"line_info_rec_size", uint32, shown::always, 0, if_passed(73)},
    {"line_info", address64, shown::always, 0, if_passed(73)},
    {"line_info_cnt", uint32, shown::always, 0, if_passed(73)},
    {"attach_btf_id", uint32},
    {"attach_prog_fd", fd},
    {"core_relo_cnt", uint32, shown::always, 0, if_passed(129)},
    {"fd_array", address64},
    {"core_relos", address64},
    {"core_relo_rec_size", uint32, shown::always, 0, if_passed(129)},
    {"log_true_size", uint32, shown::always, 0, if_passed(141)},
    {"prog_token_fd", fd},
    {"fd_array_cnt", uint32},
    {"signature", in64<bytes<member(29)>>},
    {"signature_size", uint32, shown::always, 0, if_passed(153)},
    {"keyring_id", integer, shown::always, 0, if_passed(153)},
}};
static_assert(program_load.size[0] == 168);
constexpr structure object_pin{{
    {"pathname", path64},
    {"bpf_fd", fd},
    {"file_flags", flags<names::bpf_object_flags>},
    {"path_fd", dirfd},
}};
// The program before or after which a program is attached, see `decode::relative_program`. `FlagsAt` is the offset of the
// flags in union bpf_attr.
template <std::uint64_t FlagsAt>
constexpr type relative = {.shape = shape::custom, .length = exactly(FlagsAt), .size = {4, 4, 4}, .align = {4, 4, 4},
                           .custom = {.decode = decode::relative_program}};
constexpr structure program_attach{{
    {"target_fd", fd},
    {"attach_bpf_fd", fd},
    {"attach_type", attach_type},
    {"attach_flags", flags<names::bpf_attach_flags>},
    {"replace_bpf_fd", fd},
    {"", relative<12>},
    {"expected_revision", uint64, shown::always, 0, if_passed(21)},
}};
static_assert(program_attach.size[0] == 32);
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
    {"ctx_size_out", uint32, shown::always, 0, if_passed(41)},
    {"ctx_in", address64, shown::always, 0, if_passed(41)},
    {"ctx_out", address64, shown::always, 0, if_passed(41)},
    {"flags", flags<names::bpf_test_run_flags>},
    {"cpu", uint32},
    {"batch_size", uint32},
}};
constexpr structure next_id{{
    {"start_id", uint32},
    {"next_id", uint32, shown::changed},
}};
constexpr auto const& open_flags_by_id = flags<names::bpf_open_flags>;
constexpr structure program_by_id{{{"prog_id", uint32}}};
constexpr structure map_by_id{{{"map_id", uint32}, {"", uint32, shown::never}, {"open_flags", open_flags_by_id}}};
constexpr structure btf_by_id{{
    {"btf_id", uint32},
    {"", uint32, shown::never},
    {"open_flags", open_flags_by_id},
    {"fd_by_id_token_fd", fd, shown::always, 0, if_passed(9)},
}};
constexpr structure link_by_id{{{"link_id", uint32}}};
constexpr std::string_view info_name{"info"};
constexpr structure information{{{"bpf_fd", fd}, {"info_len", uint32, shown::changed}, {"info", address64}}};
constexpr std::string_view query_name{"query"};
constexpr auto const& attach_flags = flags<names::bpf_attach_flags>;
constexpr structure query{{
    {"target_fd", fd},
    {"attach_type", attach_type},
    {"query_flags", flags<names::bpf_query_flags>},
    {"attach_flags", attach_flags},
    {"prog_ids", in64<as::array<uint32, member(5)>>},
    {"prog_cnt", uint32, shown::changed},
    {"", uint32, shown::never},
    {"prog_attach_flags", in64<as::array<attach_flags, member(5)>>},
    {"link_ids", in64<as::array<uint32, member(5)>>},
    {"link_attach_flags", in64<as::array<attach_flags, member(5)>>, shown::always, 0, if_passed(41)},
    {"revision", hex64, shown::always, 0, if_passed(41)},
}};
static_assert(query.size[0] == 64);
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
    {"btf_log_true_size", uint32},
    {"btf_flags", flags<names::bpf_object_flags>},
    {"btf_token_fd", fd, shown::always, 0, if_passed(33)},
}};
static_assert(btf_load.size[0] == 40);
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
#define COTRACE_BATCH(in_and_out, values_when, elem_flags)                                                              \
    {{{"in_batch", address64, in_and_out}, {"out_batch", address64, in_and_out}, {"keys", address64},        \
      {"values", address64, values_when}, {"count", uint32}, {"map_fd", fd}, {"elem_flags", elem_flags}, {"flags", hex64}}}
constexpr structure batch_looked_up COTRACE_BATCH(shown::always, shown::always, element_flags);
constexpr structure batch_updated COTRACE_BATCH(shown::never, shown::always, update_flags);
constexpr structure batch_deleted COTRACE_BATCH(shown::never, shown::never, element_flags);
#undef COTRACE_BATCH
// The number of elements after the call. The text output shows this number only if the call changed it.
constexpr structure batch_count{{{"in_batch", as::array<uint64, exactly(4)>, shown::never}, {"count", uint32}}};
constexpr structure batch_done{{{"batch", batch_count}}};
constexpr type batch_differs = {.shape = shape::custom, .width = width::klong, .of = &batch_done,
                                .custom = {.decode = decode::bpf_count}};
template <auto const& Of>
constexpr type batch = {.shape = shape::pointer, .width = width::word, .way = direction::changed,
                        .of = &part_of<Of, 56, 56, batch_name>, .after = &batch_differs, .failed = &batch_differs};

// The arguments of BPF_LINK_CREATE, which depend on the kind of the BPF link. The target is a file descriptor or a network
// device.
constexpr std::string_view link_create_name{"link_create"};
#define COTRACE_LINK {"prog_fd", fd}, {"target_fd", fd}, {"attach_type", attach_type}, {"flags", flags<names::bpf_attach_flags>}
#define COTRACE_DEVICE_LINK                                                                                  \
    {"prog_fd", fd}, {"target_ifindex", interface_index}, {"attach_type", attach_type}, {"flags", flags<names::bpf_attach_flags>}
constexpr structure link_plain{{COTRACE_LINK}};
constexpr structure link_to_device{{COTRACE_DEVICE_LINK}};
constexpr structure placement{{{"", relative<12>}, {"", uint32, shown::never}, {"expected_revision", uint64}}};
constexpr structure link_tcx{{COTRACE_DEVICE_LINK, {"tcx", placement}}};
constexpr structure link_netkit{{COTRACE_DEVICE_LINK, {"netkit", placement}}};
// The link of a program to a control group. With BPF_F_BEFORE or BPF_F_AFTER, the member `cgroup` identifies another program.
constexpr structure link_cgroup{{COTRACE_LINK, {"cgroup", placement}}};
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
constexpr structure user_probes{{
    {"path", in64<path_characters>},
    {"offsets", in64<as::array<hex64, member(4)>>},
    {"ref_ctr_offsets", in64<as::array<hex64, member(4)>>},
    {"cookies", in64<as::array<hex64, member(4)>>},
    {"cnt", uint32},
    {"flags", flags<names::bpf_uprobe_multi_flags>},
    {"pid", process_id},
    {"path_fd", dirfd},
}};
constexpr structure link_user_probes{{COTRACE_LINK, {"uprobe_multi", user_probes}}};
constexpr structure traced{{{"target_btf_id", uint32}, {"", uint32, shown::never}, {"cookie", hex64}}};
constexpr structure link_tracing{{COTRACE_LINK, {"tracing", traced}}};
constexpr structure traced_ones{{
    {"ids", in64<as::array<uint32, member(2)>>},
    {"cookies", in64<as::array<hex64, member(2)>>},
    {"cnt", uint32},
    {"", uint32, shown::never},
}};
constexpr structure link_multi_tracing{{COTRACE_LINK, {"tracing_multi", traced_ones}}};
constexpr structure netfilter_hook{{
    {"pf", uint32},
    {"hooknum", uint32},
    {"priority", integer},
    {"flags", flags<names::bpf_netfilter_flags>},
}};
constexpr structure link_netfilter{{COTRACE_LINK, {"netfilter", netfilter_hook}}};
#undef COTRACE_LINK
#undef COTRACE_DEVICE_LINK
constexpr auto const& link_of_cgroup = part_of<link_cgroup, 32, 32, link_create_name>;
constexpr auto const& extension_of_cgroup = part_of<link_extension, 16, 20, link_create_name>;
constexpr choice_case cgroup_links[] = {{0, extension_of_cgroup}};
constexpr type cgroup_link = {.shape = shape::custom, .width = width::klong, .of = &link_of_cgroup,
                              .length = {.value = 12, .mask = 0x18}, .cases = cgroup_links, .count = 1,
                              .custom = {.decode = decode::bpf_choice}};
constexpr auto const& tcx_link = part_of<link_tcx, 32, 32, link_create_name>;
constexpr auto const& netkit_link = part_of<link_netkit, 32, 32, link_create_name>;
constexpr auto const& tracing_link = part_of<link_tracing, 32, 32, link_create_name>;
constexpr auto const& multi_tracing_link = part_of<link_multi_tracing, 40, 40, link_create_name>;
#define COTRACE_CGROUP(n) {n, cgroup_link}
constexpr choice_case links[] = {
    // The attach types of control groups: BPF_CGROUP_*.
    COTRACE_CGROUP(0), COTRACE_CGROUP(1), COTRACE_CGROUP(2), COTRACE_CGROUP(3), COTRACE_CGROUP(6), COTRACE_CGROUP(8),
    COTRACE_CGROUP(9), COTRACE_CGROUP(10), COTRACE_CGROUP(11), COTRACE_CGROUP(12), COTRACE_CGROUP(13), COTRACE_CGROUP(14),
    COTRACE_CGROUP(15), COTRACE_CGROUP(18), COTRACE_CGROUP(19), COTRACE_CGROUP(20), COTRACE_CGROUP(21), COTRACE_CGROUP(22),
    COTRACE_CGROUP(29), COTRACE_CGROUP(30), COTRACE_CGROUP(31), COTRACE_CGROUP(32), COTRACE_CGROUP(34), COTRACE_CGROUP(49),
    COTRACE_CGROUP(50), COTRACE_CGROUP(51), COTRACE_CGROUP(52), COTRACE_CGROUP(53),
    // BPF_TRACE_FENTRY, BPF_TRACE_FEXIT, BPF_MODIFY_RETURN, BPF_LSM_MAC, BPF_TRACE_FSESSION
    {24, tracing_link}, {25, tracing_link}, {26, tracing_link}, {27, tracing_link}, {58, tracing_link},
    {28, part_of<link_iterator, 28, 28, link_create_name>},      // BPF_TRACE_ITER
    {37, part_of<link_to_device, 16, 16, link_create_name>},     // BPF_XDP
    {41, part_of<link_perf_event, 24, 24, link_create_name>},    // BPF_PERF_EVENT
    {42, part_of<link_probes, 48, 48, link_create_name>},        // BPF_TRACE_KPROBE_MULTI
    {45, part_of<link_netfilter, 32, 32, link_create_name>},     // BPF_NETFILTER
    {46, tcx_link}, {47, tcx_link},                              // BPF_TCX_INGRESS, BPF_TCX_EGRESS
    {48, part_of<link_user_probes, 64, 64, link_create_name>},   // BPF_TRACE_UPROBE_MULTI
    {54, netkit_link}, {55, netkit_link},                        // BPF_NETKIT_PRIMARY, BPF_NETKIT_PEER
    // BPF_TRACE_FENTRY_MULTI, BPF_TRACE_FEXIT_MULTI, BPF_TRACE_FSESSION_MULTI
    {59, multi_tracing_link}, {60, multi_tracing_link}, {61, multi_tracing_link},
};
#undef COTRACE_CGROUP
constexpr type link_create = {.shape = shape::custom, .width = width::klong, .of = &part_of<link_plain, 16, 16, link_create_name>,
                              .length = exactly(8), .cases = links, .count = static_cast<std::uint32_t>(std::size(links)),
                              .custom = {.decode = decode::bpf_choice}};
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

constexpr std::string_view stream_read_name{"prog_stream_read"};
constexpr structure stream_read{{{"stream_buf", address64}, {"stream_buf_len", uint32}, {"stream_id", uint32}, {"prog_fd", fd}, {"", uint32, shown::never}}};
constexpr std::string_view associate_name{"prog_assoc_struct_ops"};
constexpr structure associate{{{"map_fd", fd}, {"prog_fd", fd}, {"flags", hex32}}};

constexpr choice_case attributes[] = {
    {0, given<map_create, 16, 92>},
    {1, given<element_lookup, 24, 32>},
    {2, given<element_update, 32, 32>},
    {3, given<element_delete, 16, 16>},
    {4, given<element_next, 24, 24>},
    {5, given<program_load, 24, 168>},
    {6, given<object_pin, 12, 20>},
    {7, given<object_pin, 12, 20>},
    {8, given<program_attach, 16, 32>},
    {9, given<program_attach, 16, 32>},
    {10, given<test_run, 40, 76, test_name>},
    {11, given_and_returned<next_id, 8, 8>},
    {12, given_and_returned<next_id, 8, 8>},
    {13, given<program_by_id, 4, 4>},
    {14, given<map_by_id, 4, 12>},
    {15, given_and_returned<information, 16, 16, info_name>},
    {16, given_and_returned<query, 28, 64, query_name>},
    {17, given<raw_tracepoint, 12, 24, raw_tracepoint_name>},
    {18, given<btf_load, 28, 40>},
    {19, given<btf_by_id, 4, 16>},
    {20, given_and_returned<task_fd_query, 48, 48, task_fd_query_name>},
    {21, given<element_lookup, 24, 32>},
    {22, given<map_freeze, 4, 4>},
    {23, given_and_returned<next_id, 8, 8>},
    {24, batch<batch_looked_up>},
    {25, batch<batch_looked_up>},
    {26, batch<batch_updated>},
    {27, batch<batch_deleted>},
    {28, in<link_create>},
    {29, given<link_update, 16, 16, link_update_name>},
    {30, given<link_by_id, 4, 4>},
    {31, given_and_returned<next_id, 8, 8>},
    {32, given<enable_stats, 4, 4, enable_stats_name>},
    {33, given<iter_create, 8, 8, iter_create_name>},
    {34, given<link_detach, 4, 4, link_detach_name>},
    {35, given<bind_map, 12, 12, bind_map_name>},
    {36, given<token_create, 8, 8, token_create_name>},
    {37, given<stream_read, 20, 20, stream_read_name>},
    {38, given<associate, 12, 12, associate_name>},
};
constexpr choice_case results[] = {
    {0, fd}, {5, fd}, {6, fd}, {7, fd}, {13, fd}, {14, fd}, {18, fd}, {19, fd}, {28, fd}, {30, fd}, {32, fd},
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

} // namespace cotrace::uapi
