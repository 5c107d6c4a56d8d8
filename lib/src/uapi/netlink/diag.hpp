// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/constants/link_attributes.hpp"
#include "uapi/constants/netlink.hpp"
#include "uapi/constants/socket.hpp"
#include "uapi/custom.hpp"
#include "uapi/netlink/link.hpp"

/// Messages of NETLINK_SOCK_DIAG: sock_diag(7).
namespace cotrace::uapi::netlink {

inline constexpr auto const& cookie = as::array<as::uint32, exactly(2)>;
inline constexpr auto const& socket_memory = indexed<as::uint32, names::socket_memory_statistics>;

// struct inet_diag_sockid in messages about internet sockets. The address family in the enclosing structure selects
// `Address`.
template <auto const& Address>
inline constexpr structure socket_id{{
    {"idiag_sport", as::port},
    {"idiag_dport", as::port},
    {"idiag_src", Address},
    {"idiag_dst", Address},
    {"idiag_if", as::interface_index},
    {"idiag_cookie", cookie},
}};
inline constexpr auto const& any_address = as::hex_bytes<exactly(16)>;
// An IPv4 address in the first 4 bytes of a field of 16 bytes.
inline constexpr type wide_inet4 = {.shape = shape::custom, .size = {16, 16, 16}, .align = {1, 1, 1},
                                    .custom = {.decode = decode::wide_inet4}};
inline constexpr choice_case socket_ids[] = {{2, socket_id<wide_inet4>}, {10, socket_id<as::inet6>}};
template <unsigned Family>
inline constexpr type socket_id_by_family = {.shape = shape::choice, .width = width::u32, .of = &socket_id<any_address>,
                                             .length = member(Family), .cases = socket_ids, .count = 2,
                                             .size = {48, 48, 48}, .align = {4, 4, 4}};
inline constexpr auto const& states = as::flags<names::tcp_state_masks>;
inline constexpr auto const& extensions = as::flags<names::inet_diag_extensions, width::u8>;
inline constexpr structure inet_request{{
    {"sdiag_family", family_field},
    {"sdiag_protocol", as::one_of<names::ip_protocols, width::u8>},
    {"idiag_ext", extensions},
    {"", as::uint8, shown::never},
    {"idiag_states", states},
    {"id", socket_id_by_family<0>},
}};
inline constexpr structure old_inet_request{{
    {"idiag_family", family_field},
    {"idiag_src_len", as::uint8},
    {"idiag_dst_len", as::uint8},
    {"idiag_ext", extensions},
    {"id", socket_id_by_family<0>},
    {"idiag_states", states},
    {"idiag_dbs", as::uint32},
}};
inline constexpr structure inet_answer{{
    {"idiag_family", family_field},
    {"idiag_state", as::one_of<names::tcp_states, width::u8>},
    {"idiag_timer", as::uint8},
    {"idiag_retrans", as::uint8},
    {"id", socket_id_by_family<0>},
    {"idiag_expires", as::uint32},
    {"idiag_rqueue", as::uint32},
    {"idiag_wqueue", as::uint32},
    {"idiag_uid", as::uint32},
    {"idiag_inode", as::uint32},
}};
inline constexpr structure bytecode_operation{{
    {"code", as::one_of<names::inet_diag_bytecodes, width::u8>},
    {"yes", as::uint8},
    {"no", as::uint16},
}};
inline constexpr structure mark_condition{{{"mark", as::uint32}, {"mask", as::uint32}}};
inline constexpr attributes inet_request_attributes{names::inet_diag_request_attributes, {
    {1, {payload::bytecode}},
    {3, any_number<as::one_of<names::ip_protocols, width::u64>>},
}};
inline constexpr structure inet_memory{{
    {"idiag_rmem", as::uint32},
    {"idiag_wmem", as::uint32},
    {"idiag_fmem", as::uint32},
    {"idiag_tmem", as::uint32},
}};
inline constexpr structure vegas_information{{
    {"tcpv_enabled", as::uint32},
    {"tcpv_rttcnt", as::uint32},
    {"tcpv_rtt", as::uint32},
    {"tcpv_minrtt", as::uint32},
}};
inline constexpr structure dctcp_information{{
    {"dctcp_enabled", as::uint16},
    {"dctcp_ce_state", as::uint16},
    {"dctcp_alpha", as::uint32},
    {"dctcp_ab_ecn", as::uint32},
    {"dctcp_ab_tot", as::uint32},
}};
inline constexpr structure bbr_information{{
    {"bbr_bw_lo", as::hex32},
    {"bbr_bw_hi", as::hex32},
    {"bbr_min_rtt", as::uint32},
    {"bbr_pacing_gain", as::uint32},
    {"bbr_cwnd_gain", as::uint32},
}};
inline constexpr choice_case signature_addresses[] = {{2, as::inet4}, {10, as::inet6}};
inline constexpr type signature_address = {.shape = shape::choice, .width = width::u32, .of = &any_address, .length = member(0),
                                           .cases = signature_addresses, .count = 2, .size = {16, 16, 16}, .align = {4, 4, 4}};
inline constexpr structure signature{{
    {"tcpm_family", family_field},
    {"tcpm_prefixlen", as::uint8},
    {"tcpm_keylen", as::uint16},
    {"tcpm_addr", signature_address},
    {"tcpm_key", as::hex_bytes<up_to(member(2), 80)>},
}};
inline constexpr attributes tls_information{names::tls_info_attributes, {
    {1, number<as::one_of<names::tls_versions, width::u16>>},
    {2, number<as::one_of<names::tls_ciphers, width::u16>>},
    {3, number<as::one_of<names::tls_configurations, width::u16>>},
    {4, number<as::one_of<names::tls_configurations, width::u16>>},
}};
inline constexpr attributes mptcp_information{names::mptcp_subflow_attributes, {
    {1, x32}, {2, x32}, {3, u32}, {4, u64}, {5, u32}, {6, u32}, {7, u16},
    {8, number<as::flags<names::mptcp_subflow_flags>>},
    {9, u8}, {10, u8},
}};
inline constexpr attributes upper_protocol{names::inet_ulp_attributes, {
    {1, text}, {2, nest<tls_information>}, {3, nest<mptcp_information>},
}};
inline constexpr attributes storage{names::socket_storage_attributes, {{2, u32}, {3, {payload::hex_number}}}};
inline constexpr name_table storage_names{names::socket_storage_reply_attributes.storage, 2, true, "SK_DIAG_BPF_STORAGE_???"};
inline constexpr attributes storages{storage_names, {{1, nest<storage>}}};
inline constexpr attributes inet_answer_attributes{names::inet_diag_attributes, {
    {1, value<inet_memory>},          // INET_DIAG_MEMINFO
    {3, value<vegas_information>},    // INET_DIAG_VEGASINFO
    {4, text},                        // INET_DIAG_CONG
    {5, u8},                          // INET_DIAG_TOS
    {6, u8},                          // INET_DIAG_TCLASS
    {7, socket_memory},               // INET_DIAG_SKMEMINFO
    {8, number<as::remarked_flags<names::socket_shutdown_masks, width::u8>>},   // INET_DIAG_SHUTDOWN
    {9, value<dctcp_information>},    // INET_DIAG_DCTCPINFO
    {10, any_number<as::one_of<names::ip_protocols, width::u64>>},              // INET_DIAG_PROTOCOL
    {11, u8},                         // INET_DIAG_SKV6ONLY
    {12, {payload::sockets}},         // INET_DIAG_LOCALS
    {13, {payload::sockets}},         // INET_DIAG_PEERS
    {15, u32},                        // INET_DIAG_MARK
    {16, value<bbr_information>},     // INET_DIAG_BBRINFO
    {17, u32},                        // INET_DIAG_CLASS_ID
    {18, items<signature>},           // INET_DIAG_MD5SIG
    {19, nest<upper_protocol>},       // INET_DIAG_ULP_INFO
    {20, nest<storages>},             // INET_DIAG_SK_BPF_STORAGES
    {21, u64},                        // INET_DIAG_CGROUP_ID
    {22, {payload::socket_options}},  // INET_DIAG_SOCKOPT
}};

// Messages about Unix sockets.
inline constexpr structure unix_request{{
    {"sdiag_family", family_field},
    {"sdiag_protocol", as::uint8},
    {"", as::uint16, shown::never},
    {"udiag_states", states},
    {"udiag_ino", as::uint32},
    {"udiag_show", as::flags<names::unix_diag_shows>},
    {"udiag_cookie", cookie},
}};
inline constexpr structure unix_answer{{
    {"udiag_family", family_field},
    {"udiag_type", as::one_of<names::socket_types, width::u8>},
    {"udiag_state", as::one_of<names::tcp_states, width::u8>},
    {"", as::uint8, shown::never},
    {"udiag_ino", as::uint32},
    {"udiag_cookie", cookie},
}};
inline constexpr structure unix_file{{{"udiag_vfs_ino", as::uint32, shown::always, 1}, {"udiag_vfs_dev", as::device}}};
inline constexpr structure unix_queue{{{"udiag_rqueue", as::uint32}, {"udiag_wqueue", as::uint32}}};
inline constexpr attributes unix_answer_attributes{names::unix_diag_attributes, {
    {0, text}, {1, value<unix_file>}, {2, u32}, {3, items<as::uint32>}, {4, value<unix_queue>}, {5, socket_memory}, {6, u8}, {7, an_id},
}};

// Messages about netlink sockets.
inline constexpr joined_table<names::netlink_all_protocols, names::netlink_protocols> asked_protocols{"NETLINK_???"};
// The states of netlink sockets. For other numbers, strace shows the TCP state.
inline constexpr joined_table<names::netlink_states, names::tcp_states> netlink_socket_states{"NETLINK_???"};
inline constexpr structure netlink_request{{
    {"sdiag_family", family_field},
    {"sdiag_protocol", as::one_of<asked_protocols, width::u8>},
    {"", as::uint16, shown::never},
    {"ndiag_ino", as::uint32},
    {"ndiag_show", as::flags<names::netlink_diag_shows>},
    {"ndiag_cookie", cookie},
}};
inline constexpr structure netlink_answer{{
    {"ndiag_family", family_field},
    {"ndiag_type", as::one_of<names::socket_types, width::u8>},
    {"ndiag_protocol", as::one_of<names::netlink_protocols, width::u8>},
    {"ndiag_state", as::one_of<netlink_socket_states, width::u8>},
    {"ndiag_portid", as::uint32},
    {"ndiag_dst_portid", as::uint32},
    {"ndiag_dst_group", as::uint32},
    {"ndiag_ino", as::uint32},
    {"ndiag_cookie", cookie},
}};
inline constexpr type group_word = {.shape = shape::padded_hex, .width = width::word, .text = {.hex = true}};
inline constexpr structure small_ring{{
    {"ndr_block_size", as::uint32},
    {"ndr_block_nr", as::uint32},
    {"ndr_frame_size", as::uint32},
    {"ndr_frame_nr", as::uint32},
}};
inline constexpr attributes netlink_answer_attributes{names::netlink_diag_attributes, {
    {0, socket_memory}, {1, items<group_word>}, {2, value<small_ring>}, {3, value<small_ring>},
    {4, value<as::flags<names::netlink_diag_flags>>},
}};

// Messages about packet sockets.
inline constexpr structure packet_request{{
    {"sdiag_family", family_field},
    {"sdiag_protocol", as::hex8},
    {"", as::uint16, shown::never},
    {"pdiag_ino", as::uint32},
    {"pdiag_show", as::flags<names::packet_diag_shows>},
    {"pdiag_cookie", cookie},
}};
inline constexpr structure packet_answer{{
    {"pdiag_family", family_field},
    {"pdiag_type", as::one_of<names::socket_types, width::u8>},
    {"pdiag_num", as::one_of<names::ethernet_protocols, width::u16>},
    {"pdiag_ino", as::uint32},
    {"pdiag_cookie", cookie},
}};
inline constexpr structure packet_socket{{
    {"pdi_index", as::interface_index},
    {"pdi_version", as::one_of<names::packet_versions>},
    {"pdi_reserve", as::uint32},
    {"pdi_copy_thresh", as::uint32},
    {"pdi_tstamp", as::uint32},
    {"pdi_flags", as::flags<names::packet_diag_flags>},
}};
inline constexpr type listed_address = {.shape = shape::custom, .width = width::u64, .of = &as::hex_bytes<exactly(0)>, .length = member(3),
                                        .size = {32, 32, 32}, .align = {1, 1, 1},
                                        .custom = {.decode = decode::sized_address}};
inline constexpr structure listed_group{{
    {"pdmc_index", as::interface_index},
    {"pdmc_count", as::uint32},
    {"pdmc_type", as::uint16},
    {"pdmc_alen", as::uint16},
    {"pdmc_addr", listed_address},
}};
inline constexpr structure packet_ring{{
    {"pdr_block_size", as::uint32},
    {"pdr_block_nr", as::uint32},
    {"pdr_frame_size", as::uint32},
    {"pdr_frame_nr", as::uint32},
    {"pdr_retire_tmo", as::uint32},
    {"pdr_sizeof_priv", as::uint32},
    {"pdr_features", as::uint32},
}};
inline constexpr attributes packet_answer_attributes{names::packet_diag_attributes, {
    {0, value<packet_socket>}, {1, items<listed_group>}, {2, value<packet_ring>}, {3, value<packet_ring>}, {4, u32}, {5, an_id},
    {6, socket_memory}, {7, {payload::filter}},
}};

// Messages about SMC sockets (shared memory communications). The addresses of SMC sockets are internet addresses.
inline constexpr structure smc_request{{
    {"diag_family", family_field},
    {"", as::hex_bytes<exactly(2)>, shown::never},
    {"diag_ext", as::flags<names::smc_diag_extensions, width::u8>},
    {"id", socket_id<wide_inet4>},
}};
inline constexpr structure smc_answer{{
    {"diag_family", family_field},
    {"diag_state", as::one_of<names::smc_states, width::u8>},
    {"diag_fallback", as::one_of<names::smc_modes, width::u8>},
    {"diag_shutdown", as::uint8},
    {"id", socket_id<wide_inet4>},
    {"diag_uid", as::uint32},
    {"diag_inode", as::uint64, shown::always, 0},
}};
inline constexpr structure smc_cursor{{{"reserved", as::uint16}, {"wrap", as::uint16}, {"count", as::uint32}}};
inline constexpr type padded_hex_byte = {.shape = shape::padded_hex, .width = width::u8};
inline constexpr structure smc_connection{{
    {"token", as::uint32},
    {"sndbuf_size", as::uint32},
    {"rmbe_size", as::uint32},
    {"peer_rmbe_size", as::uint32},
    {"rx_prod", smc_cursor},
    {"rx_cons", smc_cursor},
    {"tx_prod", smc_cursor},
    {"tx_cons", smc_cursor},
    {"rx_prod_flags", padded_hex_byte},
    {"rx_conn_state_flags", padded_hex_byte},
    {"tx_prod_flags", padded_hex_byte},
    {"tx_conn_state_flags", padded_hex_byte},
    {"tx_prep", smc_cursor},
    {"tx_sent", smc_cursor},
    {"tx_fin", smc_cursor},
}};
inline constexpr structure smc_link{{
    {"link_id", as::uint8},
    {"ibname", as::characters_in<64>},
    {"ibport", as::uint8},
    {"gid", as::characters_in<40>},
    {"peer_gid", as::characters_in<40>},
}};
inline constexpr structure smc_group{{{"lnk", as::array<smc_link, exactly(1)>}, {"role", as::one_of<names::smc_roles, width::u8>}}};
inline constexpr structure smc_direct{{
    {"linkid", as::uint32},
    {"peer_gid", as::hex64},
    {"my_gid", as::hex64},
    {"token", as::hex64},
    {"peer_token", as::hex64},
    {"peer_gid_ext", as::hex64},
    {"my_gid_ext", as::hex64},
}};
inline constexpr auto const& decline = as::remarked_one_of<names::smc_decline_codes>;
inline constexpr structure smc_fallback{{{"reason", decline}, {"peer_diagnosis", decline}}};
inline constexpr attributes smc_answer_attributes{names::smc_diag_attributes, {
    {1, value<smc_connection>}, {2, value<smc_group>}, {3, number<as::flags<names::socket_shutdown_masks, width::u8>>},
    {4, grown<smc_direct, 40>}, {5, value<smc_fallback>},
}};

} // namespace cotrace::uapi::netlink
