// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/netlink/link.hpp"
#include "uapi/spelling.hpp"
#include "uapi/words.hpp"

/// Messages of NETLINK_ROUTE, except for those about network devices: rtnetlink(7).
namespace cotrace::uapi::netlink {

inline constexpr name_table scopes = renamed(names::route_scopes);
inline constexpr name_table tables = renamed(names::route_table_ids);
inline constexpr auto const& protocol_field = as::one_of<names::route_protocols, width::u8>;

// Messages about network addresses.
inline constexpr auto const& lifetime = as::remarked_one_of<names::address_lifetimes, width::u32, style::unsigned_decimal>;
inline constexpr structure address_cache{{
    {"ifa_prefered", lifetime},
    {"ifa_valid", lifetime},
    {"cstamp", as::uint32},
    {"tstamp", as::uint32},
}};
inline constexpr attributes interface_address{names::address_attributes, {
    {1, address},
    {2, address},
    {3, text},
    {4, address},
    {5, address},
    {6, value<address_cache>},
    {7, address},
    {8, value<as::flags<names::address_flags>>},
    {9, u32},
    {10, s32},
}};
inline constexpr structure address_header{{
    {"ifa_family", family_field},
    {"ifa_prefixlen", as::uint8},
    {"ifa_flags", as::flags<names::address_flags, width::u8>},
    {"ifa_scope", as::one_of<scopes, width::u8>},
    {"ifa_index", as::interface_index},
}};
inline constexpr attributes address_label{names::address_label_attributes, {{1, address}, {2, u32}}};
inline constexpr structure label_header{{
    {"ifal_family", family_field},
    {"", as::uint8, shown::never},
    {"ifal_prefixlen", as::uint8},
    {"ifal_flags", as::uint8},
    {"ifal_index", as::interface_index},
    {"ifal_seq", as::uint32},
}};

// Messages about routes.
inline constexpr structure route_cache{{
    {"rta_clntref", as::uint32},
    {"rta_lastuse", as::uint32},
    {"rta_expires", as::uint32},
    {"rta_error", as::uint32},
    {"rta_used", as::uint32},
    {"rta_id", as::hex32},
    {"rta_ts", as::uint32},
    {"rta_tsage", as::uint32},
}};
inline constexpr structure multicast_counters{{
    {"mfcs_packets", as::uint64},
    {"mfcs_bytes", as::uint64},
    {"mfcs_wrong_if", as::uint64},
}};
inline constexpr structure next_hop_header{{
    {"rtnh_len", as::uint16},
    {"rtnh_flags", as::flags<names::nexthop_flags, width::u8>},
    {"rtnh_hops", as::uint8},
    {"rtnh_ifindex", as::interface_index},
}};
inline constexpr attributes metrics{names::route_metrics, {
    {1, u32}, {2, u32}, {3, u32}, {4, u32}, {5, u32}, {6, u32}, {7, u32}, {8, u32}, {9, u32}, {10, u32}, {11, u32},
    {12, u32}, {13, u32}, {14, u32}, {15, u32},
    {16, text},   // RTAX_CC_ALGO
    {17, u32},
}};
inline constexpr auto const& tunnel_kind = as::one_of<names::lightweight_tunnels, width::u16>;
inline constexpr attributes route{names::route_attributes, {
    {1, address},    // RTA_DST
    {2, address},    // RTA_SRC
    {3, device},     // RTA_IIF
    {4, device},     // RTA_OIF
    {5, address},    // RTA_GATEWAY
    {6, u32},        // RTA_PRIORITY
    {7, address},    // RTA_PREFSRC
    {8, nest<metrics>},   // RTA_METRICS
    {9, {payload::multipath}},   // RTA_MULTIPATH
    {10, u32},       // RTA_PROTOINFO
    {11, u32},       // RTA_FLOW
    {12, value<route_cache>},    // RTA_CACHEINFO
    {14, u32},       // RTA_MP_ALGO
    {15, value<as::one_of<tables>>},   // RTA_TABLE
    {16, u32},       // RTA_MARK
    {17, value<multicast_counters>},   // RTA_MFC_STATS
    {18, {payload::via}},        // RTA_VIA
    {19, address},   // RTA_NEWDST
    {20, u8},        // RTA_PREF
    {21, value<tunnel_kind>},    // RTA_ENCAP_TYPE
    {23, u64},       // RTA_EXPIRES
    {25, u32},       // RTA_UID
    {26, u8},        // RTA_TTL_PROPAGATE
    {27, u8},        // RTA_IP_PROTO
    {28, u16},       // RTA_SPORT
    {29, u16},       // RTA_DPORT
    {30, u32},       // RTA_NH_ID
    {31, value<as::net32>},      // RTA_FLOWLABEL
}};
inline constexpr structure route_header{{
    {"rtm_family", family_field},
    {"rtm_dst_len", as::uint8},
    {"rtm_src_len", as::uint8},
    {"rtm_tos", as::flags<names::route_tos, width::u8>},
    {"rtm_table", as::one_of<tables, width::u8>},
    {"rtm_protocol", protocol_field},
    {"rtm_scope", as::one_of<scopes, width::u8>},
    {"rtm_type", as::one_of<names::route_kinds, width::u8>},
    {"rtm_flags", as::flags<names::route_flags>},
}};

// Messages about routing rules.
template <auto const& Number>
inline constexpr structure range{{{"start", Number}, {"end", Number}}};
inline constexpr attributes rule{names::rule_attributes, {
    {1, address},    // FRA_DST
    {2, address},    // FRA_SRC
    {3, text},       // FRA_IIFNAME
    {4, u32},        // FRA_GOTO
    {6, u32},        // FRA_PRIORITY
    {10, u32},       // FRA_FWMARK
    {11, u32},       // FRA_FLOW
    {12, be64},      // FRA_TUN_ID
    {13, u32},       // FRA_SUPPRESS_IFGROUP
    {14, u32},       // FRA_SUPPRESS_PREFIXLEN
    {15, value<as::one_of<tables>>},   // FRA_TABLE
    {16, u32},       // FRA_FWMASK
    {17, text},      // FRA_OIFNAME
    {19, u8},        // FRA_L3MDEV
    {20, value<range<as::uint32>>},    // FRA_UID_RANGE
    {21, value<protocol_field>},       // FRA_PROTOCOL
    {22, any_number<as::one_of<names::ip_protocols, width::u64>>},   // FRA_IP_PROTO
    {23, value<range<as::uint16>>},    // FRA_SPORT_RANGE
    {24, value<range<as::uint16>>},    // FRA_DPORT_RANGE
    {25, u8},        // FRA_DSCP
    {26, value<as::net32>},            // FRA_FLOWLABEL
    {27, value<as::net32>},            // FRA_FLOWLABEL_MASK
    {28, x16},       // FRA_SPORT_MASK
    {29, x16},       // FRA_DPORT_MASK
    {30, x8},        // FRA_DSCP_MASK
}};
inline constexpr structure rule_header{{
    {"family", family_field},
    {"dst_len", as::uint8},
    {"src_len", as::uint8},
    {"tos", as::flags<names::route_tos, width::u8>},
    {"table", as::one_of<names::route_table_ids, width::u8>},
    {"", as::uint8, shown::never},
    {"", as::uint8, shown::never},
    {"action", as::one_of<names::rule_actions, width::u8>},
    {"flags", as::flags<names::rule_flags>},
}};

// Messages about neighbours.
inline constexpr structure neighbour_cache{{
    {"ndm_confirmed", as::uint32},
    {"ndm_used", as::uint32},
    {"ndm_updated", as::uint32},
    {"ndm_refcnt", as::uint32},
}};
inline constexpr attributes neighbour_database{names::neighbour_fdb_attributes, {
    {1, number<as::flags<names::fdb_notifications, width::u8>>},
}};
inline constexpr attributes neighbour{names::neighbour_attributes, {
    {1, address},         // NDA_DST
    {2, free_hardware},   // NDA_LLADDR
    {3, value<neighbour_cache>},   // NDA_CACHEINFO
    {4, u32},             // NDA_PROBES
    {5, u16},             // NDA_VLAN
    {6, be16},            // NDA_PORT
    {7, u32},             // NDA_VNI
    {8, device},          // NDA_IFINDEX
    {9, device},          // NDA_MASTER
    {10, u32},            // NDA_LINK_NETNSID
    {11, u32},            // NDA_SRC_VNI
    {12, any_number<as::one_of<names::ip_protocols, width::u64>>},   // NDA_PROTOCOL
    {13, u32},            // NDA_NH_ID
    {14, nest<neighbour_database>},   // NDA_FDB_EXT_ATTRS
    {15, number<as::flags<names::neighbour_extended_flags>>},        // NDA_FLAGS_EXT
    {16, number<as::flags<names::neighbour_states, width::u16>>},    // NDA_NDM_STATE_MASK
    {17, number<as::flags<names::neighbour_flags, width::u8>>},      // NDA_NDM_FLAGS_MASK
}};
inline constexpr structure neighbour_header{{
    {"ndm_family", family_field},
    {"", as::uint8, shown::never},
    {"", as::uint16, shown::never},
    {"ndm_ifindex", as::interface_index},
    {"ndm_state", as::flags<names::neighbour_states, width::u16>},
    {"ndm_flags", as::flags<names::neighbour_flags, width::u8>},
    {"ndm_type", as::one_of<names::route_kinds, width::u8>},
}};
inline constexpr type padded_hex_word = {.shape = shape::padded_hex, .width = width::u32};
inline constexpr structure table_configuration{{
    {"ndtc_key_len", as::uint16},
    {"ndtc_entry_size", as::uint16},
    {"ndtc_entries", as::uint32},
    {"ndtc_last_flush", as::uint32},
    {"ndtc_last_rand", as::uint32},
    {"ndtc_hash_rnd", as::uint32},
    {"ndtc_hash_mask", padded_hex_word},
    {"ndtc_hash_chain_gc", as::uint32},
    {"ndtc_proxy_qlen", as::uint32},
}};
inline constexpr structure table_counters{{
    {"ndts_allocs", as::uint64},
    {"ndts_destroys", as::uint64},
    {"ndts_hash_grows", as::uint64},
    {"ndts_res_failed", as::uint64},
    {"ndts_lookups", as::uint64},
    {"ndts_hits", as::uint64},
    {"ndts_rcv_probes_mcast", as::uint64},
    {"ndts_rcv_probes_ucast", as::uint64},
    {"ndts_periodic_gc_runs", as::uint64},
    {"ndts_forced_gc_runs", as::uint64},
    {"ndts_table_fulls", as::uint64},
}};
inline constexpr attributes table_parameters{names::neighbour_parameter_attributes, {
    {1, device},   // NDTPA_IFINDEX
    {2, u32},      // NDTPA_REFCNT
    {3, u64},      // NDTPA_REACHABLE_TIME
    {4, u64},      // NDTPA_BASE_REACHABLE_TIME
    {5, u64},      // NDTPA_RETRANS_TIME
    {6, u64},      // NDTPA_GC_STALETIME
    {7, u64},      // NDTPA_DELAY_PROBE_TIME
    {8, u32},      // NDTPA_QUEUE_LEN
    {9, u32},      // NDTPA_APP_PROBES
    {10, u32},     // NDTPA_UCAST_PROBES
    {11, u32},     // NDTPA_MCAST_PROBES
    {12, u64},     // NDTPA_ANYCAST_DELAY
    {13, u64},     // NDTPA_PROXY_DELAY
    {14, u32},     // NDTPA_PROXY_QLEN
    {15, u64},     // NDTPA_LOCKTIME
    {16, u32},     // NDTPA_QUEUE_LENBYTES
    {17, u32},     // NDTPA_MCAST_REPROBES
    {19, u64},     // NDTPA_INTERVAL_PROBE_TIME_MS
}};
inline constexpr attributes neighbour_table{names::neighbour_table_attributes, {
    {1, text},
    {2, u32},
    {3, u32},
    {4, u32},
    {5, value<table_configuration>},
    {6, nest<table_parameters>},
    {7, grown<table_counters, 80>},
    {8, u64},
}};

// The structures at the start of some messages. Only the address family of each of these structures is decoded.
inline constexpr structure table_header{{{"ndtm_family", family_field}}};
inline constexpr structure configuration_header{{{"ncm_family", family_field}}};
inline constexpr structure general_header{{{"rtgen_family", family_field}}};
inline constexpr structure action_header{{{"tca_family", family_field}}};

inline constexpr attributes configuration{names::netconf_attributes, {
    {1, device}, {2, s32}, {3, s32}, {4, s32}, {5, s32}, {6, s32}, {7, s32}, {8, s32}, {9, s32},
}};
inline constexpr attributes namespace_id{names::netns_attributes, {{1, s32}, {2, u32}, {3, an_fd}, {4, s32}, {5, s32}}};

// Cache reports of multicast routing (RTM_NEWCACHEREPORT). The families in these messages are RTNL_FAMILY_*, not
// address families.
inline constexpr joined_table<names::multicast_report_families, names::address_families> report_families{"RTNL_FAMILY_???"};
inline constexpr structure report_header{{{"rtgen_family", as::one_of<report_families, width::u8>}}};
inline constexpr attributes inet_report{names::multicast_report_attributes, {
    {1, number<as::one_of<names::multicast_report_types, width::u8>>},
    {2, u32},
    {3, value<as::inet4>},
    {4, value<as::inet4>},
    {6, u32},
}};
inline constexpr attributes inet6_report{names::multicast6_report_attributes, {
    {1, number<as::one_of<names::multicast6_report_types, width::u8>>},
    {2, u32},
    {3, value<as::inet6>},
    {4, value<as::inet6>},
}};
inline constexpr family_set reports[] = {{128, &inet_report}, {129, &inet6_report}};

// Messages about next hop objects.
inline constexpr structure hop_of_group{{
    {"id", as::uint32},
    {"weight", as::uint8},
    {"weight_high", as::uint8},
    {"resvd2", as::hex16, shown::nonzero},
}};
inline constexpr attributes resilient_group{names::nexthop_resilient_attributes, {{1, u16}, {2, ticks}, {3, ticks}, {4, ticks}}};
inline constexpr attributes resilient_bucket{names::nexthop_bucket_attributes, {{1, u16}, {2, ticks}, {3, u32}}};
inline constexpr attributes next_hop{names::nexthop_attributes, {
    {1, u32},
    {2, items<hop_of_group>},
    {3, number<as::one_of<names::nexthop_group_types, width::u16>>},
    {4, u32},
    {5, device},
    {6, address},
    {7, value<tunnel_kind>},
    {9, u32},
    {10, device},
    {11, u32},
    {12, nest<resilient_group>},
    {13, nest<resilient_bucket>},
}};
inline constexpr structure hop_header{{
    {"nh_family", family_field},
    {"nh_scope", as::one_of<scopes, width::u8>},
    {"nh_protocol", protocol_field},
    {"resvd", as::hex8, shown::nonzero},
    {"nh_flags", as::flags<names::nexthop_flags>},
}};

// Messages about the multicast groups of bridges. The field `proto` after an address decides the type of the address.
inline constexpr auto const& sixteen_bytes = as::hex_bytes<exactly(16)>;
inline constexpr choice_case group_addresses[] = {{0x0200, as::inet4}, {0x0a00, as::inet6}};
inline constexpr type group_address = {.shape = shape::choice, .width = width::u16, .of = &sixteen_bytes, .length = member(1),
                                       .cases = group_addresses, .count = 2, .size = {16, 16, 16}, .align = {4, 4, 4}};
inline constexpr structure group_address_pair{{
    {"u", group_address},
    {"proto", as::net_one_of<names::address_families>},
}};
inline constexpr structure group_entry{{
    {"ifindex", as::interface_index},
    {"state", as::one_of<names::multicast_entry_states, width::u8>},
    {"flags", as::flags<names::multicast_entry_flags, width::u8>},
    {"vid", as::uint16},
    {"addr", group_address_pair},
}};
inline constexpr attributes group_timers{names::multicast_entry_info_attributes, {{1, ticks}}};
inline constexpr attributes group_entries{names::multicast_entry_attributes, {{1, value_and_nest<group_entry, group_timers>}}};
inline constexpr attributes groups{names::multicast_group_attributes, {{1, nest<group_entries>}}};
inline constexpr attributes router_timers{names::multicast_router_port_attributes, {
    {1, ticks},
    {2, value<as::one_of<names::multicast_router_types, width::u8>>},
    {3, ticks},
    {4, ticks},
}};
inline constexpr attributes routers{names::multicast_router_attributes, {{1, value_and_nest<as::interface_index, router_timers>}}};
inline constexpr attributes multicast{names::multicast_attributes, {{1, nest<groups>}, {2, nest<routers>}}};
inline constexpr structure multicast_header{{{"family", family_field}, {"ifindex", as::interface_index}}};

// Messages about traffic control.
inline constexpr structure traffic_counters{{
    {"bytes", as::uint64},
    {"packets", as::uint32},
    {"drops", as::uint32},
    {"overlimits", as::uint32},
    {"bps", as::uint32},
    {"pps", as::uint32},
    {"qlen", as::uint32},
    {"backlog", as::uint32},
}, {}, layout::packed};
inline constexpr structure estimator{{{"interval", as::int8}, {"ewma_log", as::uint8}}};
inline constexpr structure basic_counters{{{"bytes", as::uint64}, {"packets", as::uint32}}, {}, layout::packed};
template <auto const& Number>
inline constexpr structure rate{{{"bps", Number}, {"pps", Number}}};
inline constexpr structure queue_counters{{
    {"qlen", as::uint32},
    {"backlog", as::uint32},
    {"drops", as::uint32},
    {"requeues", as::uint32},
    {"overlimits", as::uint32},
}};
inline constexpr attributes traffic_statistics{names::traffic_statistics, {
    {1, value<basic_counters>},
    {2, value<rate<as::uint32>>},
    {3, value<queue_counters>},
    {5, value<rate<as::uint64>>},
    {7, value<basic_counters>},
    {8, u64},
}};
inline constexpr structure size_specification{{
    {"cell_log", as::uint8},
    {"size_log", as::uint8},
    {"cell_align", as::int16},
    {"overhead", as::integer},
    {"linklayer", as::uint32},
    {"mpu", as::uint32},
    {"mtu", as::uint32},
    {"tsize", as::uint32},
}};
inline constexpr attributes size_table{names::traffic_stab_attributes, {{1, value<size_specification>}, {2, items<as::uint16>}}};
inline constexpr attributes traffic{names::traffic_attributes, {
    {1, text},
    {3, value<traffic_counters>},
    {5, value<estimator>},
    {6, u32},
    {7, nest<traffic_statistics>},
    {8, nest<size_table>},
    {11, u32},
    {12, u8},
    {13, u32},
    {14, u32},
    {15, u32},
    {16, text},
}};
inline constexpr structure traffic_header{{
    {"tcm_family", family_field},
    {"", as::uint8, shown::never},
    {"", as::uint16, shown::never},
    {"tcm_ifindex", as::interface_index},
    {"tcm_handle", as::uint32},
    {"tcm_parent", as::uint32},
    {"tcm_info", as::uint32},
}};
inline constexpr attributes action{names::traffic_action_attributes, {
    {1, text},
    {3, u32},
    {4, nest<traffic_statistics>},
    {7, number<as::flags<names::traffic_action_flags>>},
    {8, number<as::flags<names::traffic_action_hw_statistics>>},
    {9, number<as::flags<names::traffic_action_hw_statistics>>},
    {10, u32},
}};
inline constexpr content one_action = nest<action>;
inline void spell_milliseconds(std::string& to, type const&, std::uint64_t number, spelling how)
{
    spell_duration<1'000, 3>(to, static_cast<std::int64_t>(number), how != spelling::number);
}
inline constexpr type milliseconds = as::spelled<spell_milliseconds, width::u64, style::unsigned_decimal>;
// The attributes of a message with traffic control actions. The actions are in a list, TCA_ROOT_TAB.
inline constexpr attributes actions{names::traffic_root_attributes, {
    {1, numbered<one_action>},                                // TCA_ROOT_TAB
    {2, number<as::flags<names::traffic_root_flags>>},        // TCA_ROOT_FLAGS
    {3, u32},                                                 // TCA_ROOT_COUNT
    {4, any_number<milliseconds>},                            // TCA_ROOT_TIME_DELTA
    {5, text},                                                // TCA_ROOT_EXT_WARN_MSG
}};

// Messages about data center bridging. strace shows the payloads of the attributes as bytes.
inline constexpr attribute_set data_center{.kind = attribute_kind(&names::dcb_attributes)};
inline constexpr structure data_center_header{{
    {"dcb_family", family_field},
    {"cmd", as::one_of<names::dcb_commands, width::u8>},
    {"", as::uint16, shown::never},
}};

} // namespace cotrace::uapi::netlink
