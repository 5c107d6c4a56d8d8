// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/netlink/link.hpp"
#include "uapi/words.hpp"

/// Netlink messages of protocols other than NETLINK_ROUTE and NETLINK_SOCK_DIAG, and the messages that all protocols
/// have.
namespace cotrace::uapi::netlink {

inline constexpr attributes acknowledgement{names::netlink_ack_attributes, {{1, text}, {2, u32}, {3, items<as::uint8>}}};

// Messages of the generic netlink controller. They describe the generic netlink families: linux/genetlink.h.
template <auto const& Commands>
inline constexpr structure generic_header{{
    {"cmd", as::one_of<Commands, width::u8>},
    {"version", as::uint8},
    {"reserved", as::hex16, shown::nonzero},
}};
inline constexpr name_table no_commands{nullptr, 0, false, {}};
inline constexpr attributes generic_operation{names::generic_operation_attributes, {
    {1, {payload::operation}},
    {2, number<as::flags<names::generic_operation_flags>>},
}};
inline constexpr attributes generic_group{names::generic_group_attributes, {{1, text}, {2, x32}}};
inline constexpr attributes generic_policy{names::generic_policy_attributes, {{1, u32}, {2, u32}}};
inline constexpr attributes policy{names::policy_attributes, {
    {1, number<as::one_of<names::policy_types>>},
    {2, s64}, {3, s64}, {4, u64}, {5, u64}, {6, u32}, {7, u32}, {8, x32}, {9, x32}, {10, x32}, {12, x64},
}};
inline constexpr content policies = nest<policy>;
inline constexpr content numbered_policies = numbered<policies>;
inline constexpr content operations = nest<generic_operation>, groups_of_family = nest<generic_group>, policies_of_operation = nest<generic_policy>;
inline constexpr attributes controller{names::generic_attributes, {
    {1, x16},                                 // CTRL_ATTR_FAMILY_ID
    {2, {payload::family_name}},              // CTRL_ATTR_FAMILY_NAME
    {3, u32},                                 // CTRL_ATTR_VERSION
    {4, u32},                                 // CTRL_ATTR_HDRSIZE
    {5, u32},                                 // CTRL_ATTR_MAXATTR
    {6, numbered<operations>},                // CTRL_ATTR_OPS
    {7, numbered<groups_of_family>},          // CTRL_ATTR_MCAST_GROUPS
    {8, numbered<numbered_policies>},         // CTRL_ATTR_POLICY
    {9, numbered<policies_of_operation>},     // CTRL_ATTR_OP_POLICY
    {10, u32},                                // CTRL_ATTR_OP
}};

/// Attributes with types that have no known names, for example the attributes of netfilter.
inline constexpr attribute_set unnamed{.kind = attribute_kind(nullptr)};

/// The field `res_id` of netfilter messages, shown as the argument of htons().
inline constexpr uapi::enum_table no_resources{"", {{0x10000, ""}}};
inline constexpr type resource_id = {.shape = shape::net_enumeration, .width = width::u16, .style = style::unsigned_decimal, .names = &no_resources};

// Messages of NETLINK_CRYPTO.
inline constexpr structure algorithm_header{{
    {"cru_name", as::characters_in<64>},
    {"cru_driver_name", as::characters_in<64>},
    {"cru_module_name", as::characters_in<64>},
    {"cru_type", as::hex32},
    {"cru_mask", as::hex32},
    {"cru_refcnt", as::uint32},
    {"cru_flags", as::hex32},
}};
inline constexpr structure hash_report{{{"type", as::characters_in<64>}, {"blocksize", as::uint32}, {"digestsize", as::uint32}}};
inline constexpr structure block_cipher_report{{
    {"type", as::characters_in<64>},
    {"geniv", as::characters_in<64>},
    {"blocksize", as::uint32},
    {"min_keysize", as::uint32},
    {"max_keysize", as::uint32},
    {"ivsize", as::uint32},
}};
inline constexpr structure sealing_report{{
    {"type", as::characters_in<64>},
    {"geniv", as::characters_in<64>},
    {"blocksize", as::uint32},
    {"maxauthsize", as::uint32},
    {"ivsize", as::uint32},
}};
inline constexpr structure random_report{{{"type", as::characters_in<64>}, {"seedsize", as::uint32}}};
inline constexpr structure cipher_report{{
    {"type", as::characters_in<64>},
    {"blocksize", as::uint32},
    {"min_keysize", as::uint32},
    {"max_keysize", as::uint32},
}};
// The description of an algorithm, a structure `Report`. If the payload is too short, strace shows it as text.
template <auto const& Report> inline constexpr content report{payload::some, &Report};
inline constexpr content any_report{payload::characters};
inline constexpr attributes algorithm{names::crypto_attributes, {
    {1, u32},
    {2, any_report},
    {3, report<hash_report>},
    {4, report<block_cipher_report>},
    {5, report<sealing_report>},
    {6, any_report},
    {7, report<random_report>},
    {8, report<cipher_report>},
    {9, any_report},
    {10, any_report},
    {11, any_report},
    {12, any_report},
}};

// Messages of NETLINK_SELINUX.
inline constexpr structure enforcement{{{"val", as::integer}}};
inline constexpr structure policy_load{{{"seqno", as::uint32}}};

/// The header that udev sends before the properties of a device.
inline constexpr structure udev_header{{
    {"prefix", as::characters_in<8>},
    {"magic", as::net32_hex},
    {"header_size", as::uint32},
    {"properties_off", as::uint32},
    {"properties_len", as::uint32},
    {"filter_subsystem_hash", as::net32_hex},
    {"filter_devtype_hash", as::net32_hex},
    {"filter_tag_bloom_hi", as::net32_hex},
    {"filter_tag_bloom_lo", as::net32_hex},
}};

} // namespace cotrace::uapi::netlink
