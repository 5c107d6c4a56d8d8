// SPDX-License-Identifier: BSL-1.0
// System calls that create, end or wait for processes and threads, and calls for their attributes.
#include "uapi/common.hpp"
#include "uapi/constants/process.hpp"
#include "uapi/constants/security.hpp"
#include "uapi/filters.hpp"
#include "uapi/growing.hpp"
#include "uapi/topics.hpp"

#include <cerrno>

namespace cotrace::uapi {
namespace {

using namespace as;

// A set of extended processor states of x86 (XSAVE), shown as a number and as names.
constexpr type feature_mask = {.shape = shape::flags, .width = width::u64, .style = style::hex, .names = &names::xfeature_masks,
                               .text = {.number_too = true}};
constexpr auto const& feature = remarked<names::xfeatures, style::hex, width::klong>;
constexpr choice_case arch_prctl_arguments[] = {
    {0x1003, out<address>}, {0x1004, out<address>}, {0x1011, nothing}, {0x1021, out<feature_mask>},
    {0x1022, out<feature_mask>}, {0x1023, feature}, {0x1024, out<feature_mask>}, {0x1025, feature},
};
constexpr choice_case arch_prctl_results[] = {
    {0x1023, flags<names::xfeature_masks, width::klong>}, {0x1025, flags<names::xfeature_masks, width::klong>},
};


constexpr auto personality_flags = renamed(names::personality_flags);
constexpr slice personalities[] = {
    {one_of<names::personalities>, 0xff, true},
    {flags<personality_flags>, ~std::uint64_t{0xff}},
};

// struct sched_attr. With the flags SCHED_FLAG_KEEP_*, the kernel ignores some fields, which are not shown. A negative policy
// is always shown.
constexpr auto const& policy_name = one_of<names::sched_policies>;
constexpr type word_choice(type const& otherwise, amount by, choice_case const* cases, std::uint16_t count)
{
    return {.shape = shape::choice, .width = width::u32, .of = &otherwise, .length = by, .cases = cases, .count = count,
            .size = {4, 4, 4}, .align = {4, 4, 4}};
}
constexpr choice_case no_sign[] = {{0, nothing}};
constexpr type policy_if_negative = word_choice(policy_name, member(1, 0x80000000), no_sign, 1);
constexpr choice_case none_kept[] = {{0, policy_name}};
constexpr type policy_unless_kept = word_choice(policy_if_negative, member(2, 0x18), none_kept, 1);
constexpr condition not_kept(std::uint32_t what) { return {2, true, what, 0}; }
// The fields `sched_util_min` and `sched_util_max` are in the second version of struct sched_attr, which has 56 bytes.
constexpr structure scheduling_set{{
    {"size", uint32},
    {"sched_policy", policy_unless_kept},
    {"sched_flags", flags<names::sched_attr_flags, width::u64>},
    {"sched_nice", integer, shown::always, 0, not_kept(0x10)},
    {"sched_priority", uint32, shown::always, 0, not_kept(0x10)},
    {"sched_runtime", uint64, shown::always, 0, not_kept(0x10)},
    {"sched_deadline", uint64, shown::always, 0, not_kept(0x10)},
    {"sched_period", uint64, shown::always, 0, not_kept(0x10)},
    {"sched_util_min", uint32, shown::always, 0, at_least(0, 56)},
    {"sched_util_max", uint32, shown::always, 0, at_least(0, 56)},
}};
constexpr structure scheduling_got{{
    {"size", uint32},
    {"sched_policy", policy_name, shown::always, 0, at_least(0, 48)},
    {"sched_flags", flags<names::sched_attr_flags, width::u64>, shown::always, 0, at_least(0, 48)},
    {"sched_nice", integer, shown::always, 0, at_least(0, 48)},
    {"sched_priority", uint32, shown::always, 0, at_least(0, 48)},
    {"sched_runtime", uint64, shown::always, 0, at_least(0, 48)},
    {"sched_deadline", uint64, shown::always, 0, at_least(0, 48)},
    {"sched_period", uint64, shown::always, 0, at_least(0, 48)},
    {"sched_util_min", uint32, shown::always, 0, at_least(0, 56)},
    {"sched_util_max", uint32, shown::always, 0, at_least(0, 56)},
}};
static_assert(scheduling_set.size[0] == 56 && scheduling_got.size[0] == 56);
constexpr auto const& scheduling_out = out<zero_padded<scheduling_got, argument(2)>>;
// The field `size` of struct sched_attr after sched_setattr(2) failed with E2BIG: the size of the kernel's version of the
// structure.
constexpr structure scheduling_size{{{"size", uint32}}};
constexpr type known_size = {.shape = shape::custom, .width = width::klong, .of = &scheduling_size, .length = exactly(E2BIG),
                             .custom = {.decode = decode::after_error}};
constexpr auto const& scheduling_sized = sized<scheduling_set, 0, 48, growth::always_cut>;
constexpr type scheduling_in = {.shape = shape::pointer, .width = width::word, .way = direction::changed,
                                .of = &scheduling_sized, .after = &known_size, .failed = &known_size};
constexpr structure scheduling_parameters{{{"sched_priority", integer}}};
constexpr choice_case nothing_wanted[] = {{0, address}};

// An I/O priority, shown as IOPRIO_PRIO_VALUE(class, level).
constexpr slice io_priority_parts[] = {
    {one_of<names::ioprio_classes>, ~std::uint64_t{0x1fff}, true, {}, 13},
    {uint32, 0x1fff, true, "level"},
};
constexpr std::string_view io_priority_value{"IOPRIO_PRIO_VALUE"};
constexpr auto const& io_priority = made_by<io_priority_parts, io_priority_value, annotation::nested>;

// The types of the fields of struct user_desc of x86.
constexpr type descriptor_hex = {.shape = shape::padded_hex, .width = width::u32, .style = style::hex};
constexpr enum_table descriptor_bits32{"", {
    {0x1, "seg_32bit"}, {0x6, "contents"}, {0x8, "read_exec_only"}, {0x10, "limit_in_pages"},
    {0x20, "seg_not_present"}, {0x40, "useable"},
}};
constexpr enum_table descriptor_bits64{"", {
    {0x1, "seg_32bit"}, {0x6, "contents"}, {0x8, "read_exec_only"}, {0x10, "limit_in_pages"},
    {0x20, "seg_not_present"}, {0x40, "useable"}, {0x80, "lm"},
}};
template <auto const& Bits>
constexpr structure segment{{
    {"entry_number", user_id, shown::changed},
    {"base_addr", descriptor_hex},
    {"limit", descriptor_hex},
    {"", bits<Bits, 4>},
}};
constexpr structure segment_wanted{{{"entry_number", user_id}}, exactly(16)};
// struct user_desc. If the whole structure cannot be read, only the entry number is shown.
template <auto const& Bits>
constexpr type segment_or_number = {.shape = shape::custom, .width = width::klong, .of = &segment<Bits>, .after = &segment_wanted,
                                    .custom = {.decode = decode::either}};
template <auto const& Bits>
constexpr choice_case segments[] = {{16, in<segment<Bits>>}};
constexpr arch_set i386_only{arch::i386};
constexpr arch_set x86_long{arch::x86_64, arch::x32};

constexpr choice_case personality_query[] = {{0xffffffff, hex32}};

// The types of the arguments of prctl(2), which the first argument selects. An argument without a type is shown as a number;
// `nothing` is not shown.
constexpr type task_name = {.shape = shape::characters, .length = exactly(16)};
constexpr type new_task_name = {.shape = shape::characters, .length = exactly(15)};
constexpr type long_signal = {.shape = shape::signal, .width = width::klong};
constexpr auto sve_names = renamed(names::prctl_sve_vl);
constexpr auto sme_names = renamed(names::prctl_sme_vl);
constexpr slice sve_length[] = {{flags<sve_names, width::klong>, ~std::uint64_t{0xffff}}, {long_hex, 0xffff, true, "length"}};
constexpr slice sme_length[] = {{flags<sme_names, width::klong>, ~std::uint64_t{0xffff}}, {long_hex, 0xffff, true, "length"}};
constexpr slice tagged_addresses[] = {
    {flags<names::prctl_tagged_addr, width::klong>, 1, true},
    {one_of<names::prctl_mte_tcf, width::klong>, 6, true},
    {long_hex, 0x7fff8, false, "tags", 3, "PR_MTE_TAG_SHIFT"},
    {long_hex, ~std::uint64_t{0x7ffff}},
};
constexpr name_table riscv_states = renamed(names::prctl_riscv_vector_states);
constexpr slice riscv_vectors[] = {
    {one_of<riscv_states, width::klong>, 3, true},
    {one_of<riscv_states, width::klong>, 0xc, true, {}, 2, "2"},
    {flags<names::prctl_riscv_vector_inherit, width::klong>, 0x10, true},
    {long_hex, ~std::uint64_t{0x1f}},
};
template <auto const& Slices>
constexpr auto const& long_packed = packed<Slices, width::klong, annotation::whole>;
constexpr enum_table any_tracer{"", {{0xffffffff, "PR_SET_PTRACER_ANY"}}};
constexpr choice_case any_tracer_id[] = {{0xffffffff, one_of_decimal<any_tracer>}};
constexpr auto const& tracer_id = chosen<argument(1, 0xffffffff), any_tracer_id, process_id>;
constexpr auto const& capability = one_of<names::capabilities, width::klong>;
constexpr auto const& unsigned_out = out<uint32>;
constexpr choice_case prctl_second[] = {
    {1, long_signal},
    {2, out<signal>},
    {3, nothing},
    {4, one_of<names::prctl_dumpables, width::klong>},
    {5, out<flags<names::prctl_unalign>>},
    {6, flags<names::prctl_unalign>},
    {7, nothing},
    {8, long_unsigned},
    {9, unsigned_out},
    {10, long_unsigned},
    {11, unsigned_out},
    {12, long_unsigned},
    {13, nothing},
    {14, long_unsigned},
    {15, in<new_task_name>},
    {16, out<task_name>},
    {19, unsigned_out},
    {20, long_unsigned},
    {21, nothing},
    {22, one_of<names::seccomp_modes, width::klong>},
    {23, capability},
    {24, capability},
    {25, out<one_of<names::prctl_tsc>>},
    {26, one_of<names::prctl_tsc>},
    {27, nothing},
    {28, flags<names::securebits, width::klong>},
    {29, long_signed},
    {30, nothing},
    {31, nothing},
    {32, nothing},
    {33, one_of<names::prctl_mce_kill, width::klong>},
    {35, one_of<names::prctl_mm_options>},
    {36, long_unsigned},
    {37, unsigned_out},
    {38, long_unsigned},
    {40, out<address>},
    {41, long_unsigned},
    {45, flags<names::prctl_fp_modes>},
    {46, nothing},
    {47, one_of<names::prctl_cap_ambient, width::klong>},
    {50, long_packed<sve_length>},
    {51, nothing},
    {52, one_of<names::prctl_speculations, width::klong>},
    {53, one_of<names::prctl_speculations, width::klong>},
    {54, flags<names::prctl_pac_keys, width::klong>},
    {55, long_packed<tagged_addresses>},
    {57, long_unsigned},
    {59, one_of<names::prctl_syscall_dispatch, width::klong>},
    {60, flags<names::prctl_pac_enabled_keys, width::klong>},
    {62, one_of<names::prctl_sched_core>},
    {63, long_packed<sme_length>},
    {64, nothing},
    {65, flags<names::prctl_mdwe>},
    {69, long_packed<riscv_vectors>},
    {70, nothing},
    {71, one_of<names::prctl_riscv_fencei, width::klong>},
    {72, one_of<names::prctl_dexcr, width::klong>},
    {73, one_of<names::prctl_dexcr, width::klong>},
    {0x53564d41, one_of<names::prctl_vma_names, width::klong>},
    {0x59616d61, tracer_id},
};

// The options of prctl(2) that do not use the third and later arguments.
#define COTRACE_SHORT(n) {n, nothing}
#define COTRACE_SHORT_OPTIONS                                                                                \
    COTRACE_SHORT(1), COTRACE_SHORT(2), COTRACE_SHORT(3), COTRACE_SHORT(4), COTRACE_SHORT(5), COTRACE_SHORT(6),      \
        COTRACE_SHORT(7), COTRACE_SHORT(8), COTRACE_SHORT(9), COTRACE_SHORT(10), COTRACE_SHORT(11),          \
        COTRACE_SHORT(12), COTRACE_SHORT(13), COTRACE_SHORT(14), COTRACE_SHORT(15), COTRACE_SHORT(16),       \
        COTRACE_SHORT(19), COTRACE_SHORT(20), COTRACE_SHORT(21), COTRACE_SHORT(23), COTRACE_SHORT(24),       \
        COTRACE_SHORT(25), COTRACE_SHORT(26), COTRACE_SHORT(27), COTRACE_SHORT(28), COTRACE_SHORT(29),       \
        COTRACE_SHORT(30), COTRACE_SHORT(31), COTRACE_SHORT(32), COTRACE_SHORT(36), COTRACE_SHORT(37),       \
        COTRACE_SHORT(40), COTRACE_SHORT(45), COTRACE_SHORT(46), COTRACE_SHORT(50), COTRACE_SHORT(51),       \
        COTRACE_SHORT(52), COTRACE_SHORT(63), COTRACE_SHORT(64), COTRACE_SHORT(69), COTRACE_SHORT(70),       \
        COTRACE_SHORT(0x59616d61)
// The types of later arguments of prctl(2), for options with which the second argument selects the types.
constexpr choice_case ambient_third[] = {{1, capability}, {2, capability}, {3, capability}};
constexpr choice_case mce_third[] = {{1, one_of<names::prctl_mce_kill_policies, width::klong>}};
constexpr choice_case seccomp_third[] = {{1, nothing}, {2, filter_program_in}};
constexpr choice_case seccomp_rest[] = {{1, nothing}, {2, nothing}};
constexpr auto const& speculation = one_of<names::prctl_speculation_settings, width::klong>;
constexpr choice_case speculation_third[] = {{0, speculation}, {1, speculation}, {2, speculation}};
constexpr choice_case vma_third[] = {{0, address}};
constexpr choice_case vma_fourth[] = {{0, long_unsigned}};
constexpr choice_case vma_fifth[] = {{0, string}};
constexpr choice_case core_fifth[] = {{0, out<hex64>}};
constexpr choice_case prctl_third[] = {
    COTRACE_SHORT_OPTIONS,
    {22, chosen<argument(1), seccomp_third, long_hex>},
    {33, chosen<argument(1), mce_third, long_hex>},
    {47, chosen<argument(1), ambient_third, long_hex>},
    {53, chosen<argument(1), speculation_third, long_hex>},
    {60, flags<names::prctl_pac_enabled_keys, width::klong>},
    {62, process_id},
    {71, one_of<names::prctl_riscv_scopes, width::klong>},
    {73, flags<names::prctl_dexcr_controls, width::klong>},
    {0x53564d41, chosen<argument(1), vma_third, long_hex>},
};
constexpr choice_case prctl_fourth[] = {
    COTRACE_SHORT_OPTIONS, COTRACE_SHORT(53), COTRACE_SHORT(71),
    {22, chosen<argument(1), seccomp_rest, long_hex>},
    {62, remarked<names::prctl_sched_core_scopes, style::hex>},
    {0x53564d41, chosen<argument(1), vma_fourth, long_hex>},
};
constexpr choice_case prctl_fifth[] = {
    COTRACE_SHORT_OPTIONS, COTRACE_SHORT(53), COTRACE_SHORT(71),
    {22, chosen<argument(1), seccomp_rest, long_hex>},
    {59, address},
    {62, chosen<argument(1), core_fifth, long_hex>},
    {0x53564d41, chosen<argument(1), vma_fifth, long_hex>},
};
#undef COTRACE_SHORT_OPTIONS
#undef COTRACE_SHORT
template <auto const& Cases>
constexpr auto const& prctl_argument = chosen<argument(0), Cases, long_hex>;

constexpr auto const& speculated = flags<names::prctl_speculation_states, width::klong>;
constexpr choice_case prctl_results[] = {
    {3, one_of_decimal<names::prctl_dumpables>},
    {27, flags<names::securebits, width::klong>},
    {34, one_of_decimal<names::prctl_mce_kill_policies>},
    {46, flags<names::prctl_fp_modes, width::klong>},
    {50, long_packed<sve_length>},
    {51, long_packed<sve_length>},
    {52, speculated},
    {56, long_packed<tagged_addresses>},
    {61, flags<names::prctl_pac_enabled_keys, width::klong>},
    {63, long_packed<sme_length>},
    {64, long_packed<sme_length>},
    {66, flags<names::prctl_mdwe, width::klong>},
    {70, long_packed<riscv_vectors>},
    {72, flags<names::prctl_dexcr_controls, width::klong>},
};
constexpr auto const& prctl_result = chosen<argument(0), prctl_results, long_signed>;

constexpr type limit = {.shape = shape::resource_limit, .width = width::klong};
constexpr type limit64 = {.shape = shape::resource_limit, .width = width::u64};
constexpr structure rlimit_type{{{"rlim_cur", limit}, {"rlim_max", limit}}};
constexpr structure rlimit64_type{{{"rlim_cur", limit64}, {"rlim_max", limit64}}};

constexpr type signal64  = {.shape = shape::signal, .width = width::u64};
constexpr condition with_flag(std::uint32_t bits) { return {0, false, bits, 0}; }
constexpr choice_case no_ids[] = {{0, address64}};
constexpr joined_table<names::clone_flags, names::clone3_flags> all_clone3_flags{"CLONE_???"};
constexpr structure clone_args{{
    {"flags", flags<all_clone3_flags, width::u64>},
    {"pidfd", address64, shown::always, 0, with_flag(0x1000)},
    {"child_tid", address64, shown::always, 0, with_flag(0x1200000)},
    {"parent_tid", address64, shown::always, 0, with_flag(0x100000)},
    {"exit_signal", signal64},
    {"stack", address64},
    {"stack_size", hex64},
    {"tls", address64, shown::always, 0, with_flag(0x80000)},
    {"set_tid", chosen64<member(9), no_ids, in64<as::array_upto<process_id, member(9), 32>>>, shown::together},
    {"set_tid_size", uint64, shown::together, 0, if_passed(65)},
    {"cgroup", uint64, shown::nonzero},
}};
constexpr auto const& clone_args_growing = growing<clone_args, argument(1), 64, growth::zero_extended>;
// The file descriptor and the thread id that clone3(2) stored at the addresses in struct clone_args.
constexpr type made_id = {.shape = shape::pointer, .width = width::u64, .of = &process_id};
constexpr type made_fd = {.shape = shape::pointer, .width = width::u64, .of = &fd};
constexpr structure clone_results{{
    {"flags", uint64, shown::never},
    {"pidfd", made_fd, shown::always, 0, with_flag(0x1000)},
    {"child_tid", address64, shown::never},
    {"parent_tid", made_id, shown::always, 0, with_flag(0x100000)},
    {"", as::array<uint64, exactly(7)>, shown::never},
}};
static_assert(clone_results.size[0] == clone_args.size[0]);
constexpr auto const& clone_results_growing = growing<clone_results, argument(1), 64, growth::zero_extended>;
constexpr type clone_args_pointer = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &clone_args_growing, .after = &clone_results_growing};

// An argument of clone(2) that the kernel uses only if the flags contain one of `Bits`. Otherwise it is not shown.
constexpr choice_case no_parent_tid[] = {{0, nothing}};
template <std::uint64_t Bits, auto const& Type>
constexpr auto const& if_flags = chosen<argument(1, Bits), no_parent_tid, Type>;

// The argument `parent_tid` of clone(2): the address to which clone(2) writes the id of the new thread (CLONE_PARENT_SETTID)
// or a pidfd (CLONE_PIDFD).
constexpr choice_case pidfd_or_nothing[] = {{0, if_flags<0x1000, out<as::array<fd, exactly(1)>>>}};
constexpr auto const& parent_tid = chosen<argument(1, 0x100000), pidfd_or_nothing, out<as::array<process_id, exactly(1)>>>;

constexpr slice clone_flags[] = {{flags<names::clone_flags, width::klong>, ~std::uint64_t{0xff}}, {signal, 0xff, false, "signal"}};
constexpr auto const& clone_flags_type = packed<clone_flags, width::klong>;
constexpr arch_set tls_last{arch::x86_64, arch::x32};
constexpr arch_set tls_third{arch::i386, arch::aarch64, arch::riscv64};

// Arguments of waitid(2), getpriority(2), ioprio_get(2) and kcmp(2). Another argument decides what the number stands for.
constexpr choice_case waited_ids[] = {{1, process_id}, {2, process_group}, {3, fd}};
constexpr choice_case priority_owners[] = {{0, process_id}, {1, process_group}};
constexpr choice_case ioprio_owners[] = {{1, process_id}, {2, process_group}};
constexpr structure epoll_slot{{{"efd", fd_of<1>}, {"tfd", fd_of<1>}, {"toff", uint32}}};
constexpr choice_case compared_first[] = {
    {0, fd_of<0>}, {1, nothing}, {2, nothing}, {3, nothing}, {4, nothing}, {5, nothing}, {6, nothing}, {7, fd_of<0>},
};
constexpr choice_case compared_second[] = {
    {0, fd_of<1>}, {1, nothing}, {2, nothing}, {3, nothing}, {4, nothing}, {5, nothing}, {6, nothing}, {7, in<epoll_slot>},
};

// Restartable sequences: rseq(2), linux/rseq.h.
constexpr structure critical_section{{
    {"version", uint32},
    {"flags", flags<names::rseq_cs_flags>},
    {"start_ip", address64},
    {"post_commit_offset", hex64},
    {"abort_ip", address64},
}};
constexpr type critical_section_at = {.shape = shape::pointer, .width = width::u64, .of = &critical_section,
                                      .text = {.located = true}};
constexpr structure slice_control{{{"request", uint8}, {"granted", uint8}, {"__reserved", hex16}}};
constexpr structure rseq_area{{
    {"cpu_id_start", one_of_unsigned<names::rseq_cpu_ids>},
    {"cpu_id", one_of_unsigned<names::rseq_cpu_ids>},
    {"rseq_cs", critical_section_at},
    {"flags", flags<names::rseq_cs_flags>},
    {"node_id", uint32},
    {"mm_cid", uint32},
    {"slice_ctrl", slice_control},
    {"__reserved", hex8},
    {"", as::array<uint8, exactly(31)>, shown::never},   // padding: the structure is aligned to 32 bytes
}};
static_assert(rseq_area.size[0] == 64);
constexpr type rseq_area_passed = {.shape = shape::custom, .width = width::klong, .of = &rseq_area, .length = argument(1),
                                   .count = 32, .custom = {.decode = decode::aligned_area}};

// struct ns_id_req of listns(2). The field `size` is the size of the structure.
constexpr structure namespace_request{{
    {"size", uint32},
    {"spare", hex32, shown::nonzero},
    {"ns_id", hex64},
    {"ns_type", flags<names::namespace_kinds>},
    {"spare2", hex32, shown::nonzero},
    {"user_ns_id", one_of<names::listns_users, width::u64>},
}};
constexpr auto const& namespace_request_in = in<sized<namespace_request, 0, 32, growth::after_size, false>>;

constexpr syscall_descriptor rows[] = {
    {"execve", {{"pathname", path}, {"argv", strings}, {"envp", in_counted<as::list<string>>}}},
    {"execveat", {{"dirfd", dirfd}, {"pathname", path}, {"argv", strings}, {"envp", in_counted<as::list<string>>}, {"flags", flags<names::execveat_flags>}}},
    {"exit", {{"status", integer}}, nothing},
    {"exit_group", {{"status", integer}}, nothing},
    {"fork", {}, process_id},
    {"vfork", {}, process_id},
    {"clone", {parameter::label("child_stack", address, 1), parameter::label("flags", clone_flags_type, 0),
               parameter::label("parent_tid", parent_tid, 2),
               parameter::label("tls", if_flags<0x80000, address>, 4),
               parameter::label("child_tidptr", if_flags<0x1200000, address>, 3)}, process_id, tls_last},
    {"clone", {parameter::label("child_stack", address, 1), parameter::label("flags", clone_flags_type, 0),
               parameter::label("parent_tid", parent_tid, 2),
               parameter::label("tls", if_flags<0x80000, address>, 3),
               parameter::label("child_tidptr", if_flags<0x1200000, address>, 4)}, process_id, tls_third},
    {"clone3", {{"cl_args", clone_args_pointer}, {"size", size}}, process_id},
    {"wait4", {{"pid", process_id}, {"wstatus", out_if_returned<wait_status>}, {"options", flags<names::wait_options>}, {"rusage", out_if_returned<rusage_type>}}, process_id},
    {"waitpid", {{"pid", process_id}, {"wstatus", out_if_returned<wait_status>}, {"options", flags<names::wait_options>}}, process_id},
    {"waitid", {{"idtype", one_of<names::waitid_types>}, {"id", chosen<argument(0), waited_ids, integer>}, {"infop", out<signal_info>}, {"options", flags<names::wait_options>}, {"rusage", out<rusage_type>}}},
    {"unshare", {{"flags", flags<names::unshare_flags, width::klong>}}},
    {"setns", {{"fd", fd}, {"nstype", flags<names::setns_flags>}}},
    {"set_tid_address", {{"tidptr", address}}, process_id},
    {"set_robust_list", {{"head", address}, {"len", size}}},
    {"get_robust_list", {{"pid", process_id}, {"head_ptr", out<address>}, {"len_ptr", out<size>}}},
    {"rseq", {{"rseq", in<rseq_area_passed>}, {"rseq_len", uint32}, {"flags", flags<names::rseq_flags>}, {"sig", hex32}}},
    {"rseq_slice_yield", {}},
    {"listns", {{"req", namespace_request_in}, {"ns_ids", out<as::array<hex64, returned()>>}, {"nr_ns_ids", size}, {"flags", hex32}}},
    {"arch_prctl", {{"code", one_of<names::arch_prctl_codes>}, {"addr", chosen<argument(0), arch_prctl_arguments, long_hex>}}, chosen<argument(0), arch_prctl_results, long_signed>},
    {"prctl", {{"option", one_of<names::prctl_options>}, {"arg2", prctl_argument<prctl_second>}, {"arg3", prctl_argument<prctl_third>}, {"arg4", prctl_argument<prctl_fourth>}, {"arg5", prctl_argument<prctl_fifth>}}, prctl_result},
    {"getrlimit", {{"resource", one_of<names::resources>}, {"rlim", out<rlimit_type>}}},
    {"ugetrlimit", {{"resource", one_of<names::resources>}, {"rlim", out<rlimit_type>}}},
    {"setrlimit", {{"resource", one_of<names::resources>}, {"rlim", in<rlimit_type>}}},
    {"prlimit64", {{"pid", process_id}, {"resource", one_of<names::resources>}, {"new_limit", in<rlimit64_type>}, {"old_limit", out<rlimit64_type>}}},
    {"getrusage", {{"who", one_of<names::usage_whos>}, {"usage", out<rusage_type>}}},
    {"getpriority", {{"which", one_of<names::priority_whiches>}, {"who", chosen<argument(0), priority_owners, integer>}}},
    {"setpriority", {{"which", one_of<names::priority_whiches>}, {"who", chosen<argument(0), priority_owners, integer>}, {"prio", integer}}},
    {"nice", {{"inc", integer}}},
    {"personality", {{"persona", chosen<argument(0), personality_query, packed<personalities>>}}, packed<personalities>},
    {"sched_yield", {}},
    {"sched_setscheduler", {{"pid", process_id}, {"policy", one_of<names::scheduler_policies>}, {"param", in<scheduling_parameters>}}},
    {"sched_getscheduler", {{"pid", process_id}}, one_of<names::scheduler_policies>},
    {"sched_setparam", {{"pid", process_id}, {"param", in<scheduling_parameters>}}},
    {"sched_getparam", {{"pid", process_id}, {"param", out<scheduling_parameters>}}},
    {"sched_get_priority_max", {{"policy", one_of<names::sched_policies>}}},
    {"sched_get_priority_min", {{"policy", one_of<names::sched_policies>}}},
    {"sched_rr_get_interval", {{"pid", process_id}, {"tp", out<timespec_type>}}},
    {"sched_getaffinity", {{"pid", process_id}, {"cpusetsize", uint32}, {"mask", out<as::cpu_set<returned()>>}}},
    {"sched_setaffinity", {{"pid", process_id}, {"cpusetsize", uint32}, {"mask", in<as::cpu_set<argument(1)>>}}},
    {"sched_rr_get_interval_time64", {{"pid", process_id}, {"tp", out<timespec64_type>}}},
    {"sched_setattr", {{"pid", process_id}, {"attr", scheduling_in}, {"flags", hex32}}},
    {"sched_getattr", {{"pid", process_id}, {"attr", chosen<argument(2), nothing_wanted, scheduling_out>}, {"size", uint32}, {"flags", flags<names::sched_getattr_flags>}}},
    {"ioprio_get", {{"which", one_of<names::ioprio_whos>}, {"who", chosen<argument(0), ioprio_owners, integer>}}, io_priority},
    {"ioprio_set", {{"which", one_of<names::ioprio_whos>}, {"who", chosen<argument(0), ioprio_owners, integer>}, {"ioprio", io_priority}}},
    {"modify_ldt", {{"func", integer}, {"ptr", chosen<argument(2), segments<descriptor_bits64>>}, {"bytecount", size}}, {}, x86_long},
    {"modify_ldt", {{"func", integer}, {"ptr", chosen<argument(2), segments<descriptor_bits32>>}, {"bytecount", size}}, {}, i386_only},
    {"set_thread_area", {{"u_info", in<segment<descriptor_bits64>>}}, {long_signed, note::segment}, x86_long},
    {"set_thread_area", {{"u_info", in<segment<descriptor_bits32>>}}, {long_signed, note::segment}, i386_only},
    {"get_thread_area", {{"u_info", inout_or<segment_or_number<descriptor_bits64>, segment_wanted>}}, {}, x86_long},
    {"get_thread_area", {{"u_info", inout_or<segment_or_number<descriptor_bits32>, segment_wanted>}}, {}, i386_only},
    {"process_mrelease", {{"pidfd", fd}, {"flags", hex32}}},
    {"getcpu", {{"cpu", out<uint32>}, {"node", out<uint32>}, {"tcache", address}}},
    {"pidfd_open", {{"pid", process_id}, {"flags", flags<names::pidfd_open_flags>}}, fd},
    {"pidfd_getfd", {{"pidfd", fd}, {"targetfd", fd_behind<0>}, {"flags", hex32}}, fd},
    {"kcmp", {{"pid1", process_id}, {"pid2", process_id}, {"type", one_of<names::kcmp_types>}, {"idx1", chosen<argument(2), compared_first, word_hex>}, {"idx2", chosen<argument(2), compared_second, word_hex>}}},
    {"getpid", {}, process_id},
    {"getppid", {}, process_id},
    {"gettid", {}, process_id},
    {"getpgrp", {}, process_group},
    {"setsid", {}, process_group},
    {"getpgid", {{"pid", process_id}}, process_group},
    {"setpgid", {{"pid", process_id}, {"pgid", process_group}}},
    {"getsid", {{"pid", process_id}}, process_group},
    {"process_vm_readv", {{"pid", process_id}, {"local_iov", out_or<as::array<iovec_out, argument(2)>, as::array<iovec_plain, argument(2)>>}, {"liovcnt", size}, {"remote_iov", in<as::array<iovec_plain, argument(4)>>}, {"riovcnt", size}, {"flags", long_unsigned}}},
    {"process_vm_writev", {{"pid", process_id}, {"local_iov", in<as::array<iovec_in, argument(2)>>}, {"liovcnt", size}, {"remote_iov", in<as::array<iovec_plain, argument(4)>>}, {"riovcnt", size}, {"flags", long_unsigned}}},
};

} // namespace

std::span<syscall_descriptor const> process_calls() noexcept
{
    return rows;
}

} // namespace cotrace::uapi
