// SPDX-License-Identifier: BSL-1.0
// System calls for keys, seccomp filters, Landlock, security modules and perf events.
#include "uapi/common.hpp"
#include "uapi/constants/bpf.hpp"
#include "uapi/constants/clock.hpp"
#include "uapi/constants/perf.hpp"
#include "uapi/constants/security.hpp"
#include "uapi/filters.hpp"
#include "uapi/growing.hpp"
#include "uapi/perf.hpp"
#include "uapi/topics.hpp"

#include <cerrno>

namespace cotrace::uapi {
namespace {

using namespace as;

// The types of the arguments of add_key(2), request_key(2) and keyctl(2). An argument with the type `nothing` is not shown.
constexpr auto key_serials = renamed(names::key_serials);
constexpr auto const& key = one_of_decimal<key_serials>;
constexpr auto const& request_keyring = one_of_decimal<names::key_request_keyrings>;

constexpr structure diffie_hellman{{{"private", key}, {"prime", key}, {"base", key}}};
constexpr choice_case no_bytes[] = {{0, address}};
constexpr auto const& other_bytes = in<bytes<member(2)>>;
constexpr type other_information = {.shape = shape::choice, .width = width::word, .of = &other_bytes, .length = member(2),
                                    .cases = no_bytes, .count = 1, .size = {8, 4, 4}, .align = {8, 4, 4}};
constexpr structure key_derivation{{
    {"hashname", string},
    {"otherinfo", other_information},
    {"otherinfolen", uint32},
    {"__spare", as::array<hex32, exactly(8)>, shown::nonzero},
}};
constexpr structure key_abilities{{
    {"supported_ops", flags<names::keyctl_pkey_operations>},
    {"key_size", uint32},
    {"max_data_size", uint16},
    {"max_sig_size", uint16},
    {"max_enc_size", uint16},
    {"max_dec_size", uint16},
    {"__spare", as::array<hex32, exactly(10)>, shown::nonzero},
}};
constexpr structure key_work{{
    {"key_id", key},
    {"in_len", uint32},
    {"out_len", uint32},
    {"__spare", as::array<hex32, exactly(7)>, shown::nonzero},
}};
constexpr structure key_check{{
    {"key_id", key},
    {"in_len", uint32},
    {"in2_len", uint32},
    {"__spare", as::array<hex32, exactly(7)>, shown::nonzero},
}};
constexpr auto const& key_list = out<as::custom<decode::key_capabilities>>;

// Buffers that keyctl(2) fills. The return value is the full length of the data, which may be larger than the buffer.
constexpr auto const& key_bytes = out<bytes<within_return(argument(3))>>;
constexpr auto const& key_text = out<as::custom<decode::attribute_value, direction::in, within_return(argument(3))>>;
// The buffers of an operation with an asymmetric key. struct keyctl_pkey_params has the lengths of both. The second buffer is
// an output, for KEYCTL_PKEY_VERIFY an input (`work_checked`).
constexpr auto const& first_length = custom_of<bytes<pointee(1, 4)>, decode::if_readable, argument(1)>;
constexpr auto const& second_length = custom_of<bytes<pointee(1, 8)>, decode::if_readable, argument(1)>;
constexpr auto const& work_in = in<first_length>;
constexpr auto const& work_out = out<second_length>;
constexpr auto const& work_checked = in<second_length>;

constexpr choice_case keyctl_second[] = {
    {0, key}, {1, string}, {2, key}, {3, key}, {4, key}, {5, key}, {6, key}, {7, key}, {8, key}, {9, key}, {10, key},
    {11, key}, {12, key}, {13, key}, {14, request_keyring}, {15, key}, {16, key}, {17, key}, {18, nothing}, {19, key},
    {20, key}, {21, key}, {22, user_id}, {23, in<diffie_hellman>}, {24, key}, {25, in<key_work>}, {26, in<key_work>},
    {27, in<key_work>}, {28, in<key_check>}, {29, key}, {30, key}, {31, key_list},
};
constexpr choice_case keyctl_third[] = {
    {0, integer}, {1, nothing}, {2, in_bytes<argument(3)>}, {3, nothing}, {4, user_id},
    {5, flags<names::key_permissions>}, {6, key_text}, {7, nothing}, {8, key}, {9, key}, {10, string},
    {11, key_bytes}, {12, in_bytes<argument(3)>}, {13, uint32}, {14, nothing}, {15, uint32}, {16, nothing},
    {17, key_text}, {18, nothing}, {19, uint32}, {20, in<as::array<iovec_in, argument(3)>>}, {21, nothing},
    {22, key}, {23, key_bytes}, {24, long_hex}, {25, string}, {26, string}, {27, string}, {28, string},
    {29, string}, {30, key}, {31, long_unsigned},
};
constexpr choice_case keyctl_fourth[] = {
    {0, nothing}, {1, nothing}, {2, long_unsigned}, {3, nothing}, {4, user_id}, {5, nothing}, {6, long_unsigned},
    {7, nothing}, {8, nothing}, {9, nothing}, {10, string}, {11, long_unsigned}, {12, long_unsigned}, {13, key},
    {14, nothing}, {15, nothing}, {16, nothing}, {17, long_unsigned}, {18, nothing}, {19, error}, {20, long_unsigned},
    {21, nothing}, {22, nothing}, {23, long_unsigned}, {24, string}, {25, work_in}, {26, work_in},
    {27, work_in}, {28, work_in}, {29, string}, {30, key}, {31, nothing},
};
constexpr choice_case keyctl_fifth[] = {
    {0, nothing}, {1, nothing}, {2, nothing}, {3, nothing}, {4, nothing}, {5, nothing}, {6, nothing}, {7, nothing},
    {8, nothing}, {9, nothing}, {10, key}, {11, nothing}, {12, key}, {13, nothing}, {14, nothing}, {15, nothing},
    {16, nothing}, {17, nothing}, {18, nothing}, {19, key}, {20, key}, {21, nothing}, {22, nothing},
    {23, in<key_derivation>}, {24, out<key_abilities>}, {25, work_out}, {26, work_out}, {27, work_out},
    {28, work_checked}, {29, nothing}, {30, flags<names::keyctl_move_flags>}, {31, nothing},
};

// The types of the arguments of seccomp(2).
constexpr structure notification_sizes{{{"seccomp_notif", uint16}, {"seccomp_notif_resp", uint16}, {"seccomp_data", uint16}}};
constexpr choice_case seccomp_flags[] = {{1, flags<names::seccomp_filter_flags>}};
constexpr choice_case seccomp_arguments[] = {
    {1, filter_program_in},
    {2, in<one_of<names::seccomp_actions>>},
    {3, out<notification_sizes>},
};

// The structures of landlock(7).
constexpr structure ruleset_attributes{{
    {"handled_access_fs", flags<names::landlock_fs_rights, width::u64>},
    {"handled_access_net", flags<names::landlock_net_rights, width::u64>},
    {"scoped", flags<names::landlock_scopes, width::u64>},
    {"quiet_access_fs", flags<names::landlock_fs_rights, width::u64>},
    {"quiet_access_net", flags<names::landlock_net_rights, width::u64>},
    {"quiet_scoped", flags<names::landlock_scopes, width::u64>},
}};
constexpr structure path_rule{{
    {"allowed_access", flags<names::landlock_fs_rights, width::u64>},
    {"parent_fd", fd},
}, {}, layout::packed};
constexpr structure port_rule{{
    {"allowed_access", flags<names::landlock_net_rights, width::u64>},
    {"port", uint64},
}};
constexpr choice_case rules[] = {{1, in<path_rule>}, {2, in<port_rule>}};
constexpr choice_case version_query[] = {{0, fd}};

// The types of the arguments of lsm_get_self_attr(2), lsm_set_self_attr(2) and lsm_list_modules(2).
constexpr auto module_ids = renamed(names::lsm_ids);
constexpr auto const& contexts = as::custom<decode::module_contexts, direction::in, pointee(2)>;
constexpr auto const& contexts_out = out<contexts>;
constexpr auto const& context_in = in<as::custom<decode::module_context, direction::in, argument(2)>>;
// The buffer of lsm_get_self_attr(2) with LSM_FLAG_SINGLE. At entry, the buffer contains the id of a security module.
constexpr structure module_asked{{{"id", one_of<module_ids, width::u64>}, {"", as::array<uint64, exactly(3)>, shown::never}}};
constexpr auto const& module_asked_if_readable = custom_of<module_asked, decode::if_readable, argument(2)>;
constexpr auto const& contexts_if_readable = custom_of<contexts, decode::if_readable, argument(2)>;
constexpr type context_out = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &module_asked_if_readable,
                              .after = &contexts_if_readable, .failed = &nothing};
constexpr choice_case any_contexts[] = {{0, contexts_out}};
constexpr auto const& listed_modules = as::array<one_of<names::lsm_ids, width::u64>, returned()>;
constexpr auto const& listed_modules_if_readable = custom_of<listed_modules, decode::if_readable, argument(1)>;

// struct perf_event_attr of perf_event_open(2). Without -v, only the first fields are shown.
constexpr enum_table skids{"", {
    {0, "arbitrary skid"},
    {1, "constant skid"},
    {2, "requested to have 0 skid"},
    {3, "must have 0 skid"},
}};
constexpr type skid = {.shape = shape::enumeration, .style = style::decimal, .names = &skids,
                       .text = {.number_too = true, .always_remarked = true}};
constexpr std::uint64_t bit(unsigned n) { return std::uint64_t{1} << n; }
constexpr enum_table perf_bits{"", {
    {bit(0), "disabled"}, {bit(1), "inherit"}, {bit(2), "pinned"}, {bit(3), "exclusive"}, {bit(4), "exclude_user"},
    {bit(5), "exclude_kernel"}, {bit(6), "exclude_hv"}, {bit(7), "exclude_idle"}, {bit(8), "mmap"}, {bit(9), "comm"},
    {bit(10), "freq"}, {bit(11), "inherit_stat"}, {bit(12), "enable_on_exec"}, {bit(13), "task"},
    {bit(14), "watermark"}, {bit(15) | bit(16), "precise_ip"}, {bit(17), "mmap_data"}, {bit(18), "sample_id_all"},
    {bit(19), "exclude_host"}, {bit(20), "exclude_guest"}, {bit(21), "exclude_callchain_kernel"},
    {bit(22), "exclude_callchain_user"}, {bit(23), "mmap2"}, {bit(24), "comm_exec"}, {bit(25), "use_clockid"},
    {bit(26), "context_switch"}, {bit(27), "write_backward"}, {bit(28), "namespaces"}, {bit(29), "ksymbol"},
    {bit(30), "bpf_event"}, {bit(31), "aux_output"}, {bit(32), "cgroup"}, {bit(33), "text_poke"}, {bit(34), "build_id"},
    {bit(35), "inherit_thread"}, {bit(36), "remove_on_exec"}, {bit(37), "sigtrap"}, {~(bit(38) - 1), "__reserved_1"},
}};
// The field `config` of a cache event: three numbers in the low three bytes, and the id of a PMU in the upper half.
constexpr slice cache_event[] = {
    {hex64, 0xffffffff00000000, false, "pmu", 32, "32"},
    {hex64, 0xff000000, false, "rest", 24, "24"},
    {one_of<names::perf_cache_results, width::u64>, 0xff0000, true, {}, 16, "16"},
    {one_of<names::perf_cache_operations, width::u64>, 0xff00, true, {}, 8, "8"},
    {one_of<names::perf_caches, width::u64>, 0xff, true},
};
constexpr slice hardware_event[] = {
    {hex64, 0xffffffff00000000, false, "pmu", 32, "32"},
    {one_of<names::perf_hardware_events, width::u64>, 0xffffffff, true},
};
constexpr choice_case perf_events[] = {
    {0, packed<hardware_event, width::u64>},
    {1, one_of<names::perf_software_events, width::u64>},
    {2, uint64},
    {3, packed<cache_event, width::u64>},
};
constexpr type perf_event = {.shape = shape::choice, .width = width::u64, .of = &hex64, .length = member(0),
                             .cases = perf_events, .count = 4, .size = {8, 8, 8}, .align = {8, 4, 8}};
// A field of one bit that is 0 is shown only with -v. `precise_ip`, which has two bits, is always shown.
constexpr type reserved_bits = {.width = width::u64, .style = style::hex, .text = {.comment = "Bits 63..38"}};
constexpr type perf_flags = {.shape = shape::custom, .names = &perf_bits, .of = &skid, .after = &reserved_bits, .size = {8, 8, 8},
                             .align = {8, 4, 8}, .custom = {.decode = decode::set_bit_fields}};
template <std::uint64_t At, std::uint8_t Bytes = 8>
constexpr type perf_word = {.shape = shape::custom, .length = exactly(At), .size = {Bytes, Bytes, Bytes}, .align = {Bytes, 4, Bytes},
                            .custom = {.decode = decode::perf_word}};
constexpr enum_table aux_bits{"", {
    {bit(0), "aux_start_paused"}, {bit(1), "aux_pause"}, {bit(2), "aux_resume"}, {0xfffffff8, "__reserved_3"},
}};
constexpr type reserved_aux_bits = {.style = style::hex, .text = {.comment = "Bits 931..959"}};
constexpr type reserved_bytes = {.width = width::u16, .style = style::hex, .text = {.surplus = true}};
constexpr condition set_reserved{18, false, 0xffff, 0};
constexpr condition branches{4, true, 0x800, 0x800};
constexpr condition user_stack{4, true, 0x2000, 0x2000};
constexpr enum_table invalid_breakpoints{"", {{5, "HW_BREAKPOINT_INVALID"}, {6, "HW_BREAKPOINT_INVALID"}, {7, "HW_BREAKPOINT_INVALID"}}};
constexpr auto const& invalid_breakpoint = remarked_one_of<invalid_breakpoints>;
constexpr choice_case breakpoint_kinds[] = {{5, invalid_breakpoint}, {6, invalid_breakpoint}, {7, invalid_breakpoint}};
constexpr type breakpoint_kind = {.shape = shape::choice, .width = width::u32, .of = &one_of<names::perf_breakpoint_types>,
                                  .length = member(8), .cases = breakpoint_kinds, .count = 3, .size = {4, 4, 4}, .align = {4, 4, 4}};
constexpr condition breakpoint{0, true, 0xffffffff, 5};
constexpr condition own_clock{6, true, 0x2000000, 0x2000000};
constexpr structure perf_attributes{{
    {"type", one_of<names::perf_types>},
    {"size", one_of<names::perf_attribute_sizes>, shown::replaced},
    {"config", perf_event},
    {"", perf_word<16>},
    {"sample_type", flags<names::perf_sample_types, width::u64>},
    {"read_format", flags<names::perf_read_formats, width::u64>},
    {"", perf_flags},
    {"", perf_word<48, 4>, shown::verbose},
    {"bp_type", breakpoint_kind, shown::verbose, 0, breakpoint},
    {"", perf_word<56>, shown::verbose},
    {"", perf_word<64>, shown::verbose},
    {"branch_sample_type", flags<names::perf_branch_sample_types, width::u64>, shown::verbose, 0, branches},
    {"sample_regs_user", hex64, shown::verbose},
    {"sample_stack_user", hex32, shown::verbose, 0, user_stack},
    {"clockid", one_of<names::clocks>, shown::verbose, 0, own_clock},
    {"sample_regs_intr", hex64, shown::verbose},
    {"aux_watermark", uint32, shown::verbose},
    {"sample_max_stack", uint16, shown::verbose},
    {"bytes 110..111", reserved_bytes, shown::verbose, 0, set_reserved},
    {"aux_sample_size", uint32, shown::verbose},
    {"", bits<aux_bits, 4, uint32, reserved_aux_bits>, shown::verbose},
    {"sig_data", hex64, shown::verbose},
    {"config3", hex64, shown::verbose},
    {"config4", hex64, shown::verbose},
}};
static_assert(perf_attributes.size[0] == 144 && perf_attributes.size[1] == 144);
static_assert(perf_attributes.fields[18].offset[0] == 110);
// The argument `attr` of perf_event_open(2). If the call fails with E2BIG, the kernel has written the size that it knows to
// `size`.
constexpr auto const& perf_attributes_sized = sized<perf_attributes, 4, 64, growth::cut>;
constexpr type perf_known_size = {.shape = shape::custom, .width = width::klong, .of = &perf_attributes_sized, .length = exactly(E2BIG),
                                  .custom = {.decode = decode::after_error}};
constexpr type perf_attributes_in = {.shape = shape::pointer, .width = width::word, .way = direction::inout,
                                     .of = &perf_attributes_sized, .after = &perf_known_size, .failed = &perf_known_size};

} // namespace

constinit type const perf_attributes_in = in<sized<perf_attributes, 4, 64>>;

namespace {

constexpr syscall_descriptor rows[] = {
    {"add_key", {{"type", string}, {"description", string}, {"payload", in_bytes<argument(3)>}, {"plen", size}, {"keyring", key}}},
    {"request_key", {{"type", string}, {"description", string}, {"callout_info", string}, {"dest_keyring", key}}},
    {"keyctl", {{"operation", one_of<names::keyctl_operations>}, {"arg2", chosen<argument(0), keyctl_second, long_hex>}, {"arg3", chosen<argument(0), keyctl_third, long_hex>}, {"arg4", chosen<argument(0), keyctl_fourth, long_hex>}, {"arg5", chosen<argument(0), keyctl_fifth, long_hex>}}},
    {"seccomp", {{"operation", one_of<names::seccomp_operations>}, {"flags", chosen<argument(0), seccomp_flags, hex32>}, {"args", chosen<argument(0), seccomp_arguments>}}},
    {"landlock_create_ruleset", {{"attr", in<growing<ruleset_attributes, argument(1), 8, growth::partial>>}, {"size", size}, {"flags", flags<names::landlock_create_flags>}}, chosen<argument(2, 3), version_query, long_signed>},
    {"landlock_add_rule", {{"ruleset_fd", fd}, {"rule_type", one_of<names::landlock_rule_types>}, {"rule_attr", chosen<argument(1), rules>}, {"flags", flags<names::landlock_rule_flags>}}},
    {"landlock_restrict_self", {{"ruleset_fd", fd}, {"flags", hex32}}},
    {"lsm_get_self_attr", {{"attr", one_of<names::lsm_attributes>}, {"ctx", chosen<argument(3, 1), any_contexts, context_out>}, {"size", changed<uint32>}, {"flags", flags<names::lsm_flags>}}},
    {"lsm_set_self_attr", {{"attr", one_of<names::lsm_attributes>}, {"ctx", context_in}, {"size", uint32}, {"flags", hex32}}},
    {"lsm_list_modules", {{"ids", out<listed_modules_if_readable>}, {"size", changed<uint32>}, {"flags", hex32}}},
    {"perf_event_open", {{"attr", perf_attributes_in}, {"pid", integer}, {"cpu", integer}, {"group_fd", fd}, {"flags", flags<names::perf_open_flags, width::klong>}}, fd},
};

} // namespace

std::span<syscall_descriptor const> security_calls() noexcept
{
    return rows;
}

} // namespace cotrace::uapi
