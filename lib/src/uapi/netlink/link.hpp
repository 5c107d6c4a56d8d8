// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/constants/link_attributes.hpp"
#include "uapi/constants/netlink.hpp"
#include "uapi/constants/socket.hpp"
#include "uapi/netlink/attributes.hpp"
#include "uapi/words.hpp"

/// Messages about network devices: linux/if_link.h, linux/if_bridge.h.
namespace cotrace::uapi::netlink {

inline constexpr auto const& family_field = as::one_of<names::address_families, width::u8>;

inline constexpr type any_hardware_address = as::hardware_address<0>;

/// The number of bytes of a hardware address that strace shows. strace uses `family`, an address family, as a device type
/// (ARPHRD_*).
constexpr std::size_t hardware_length(std::uint8_t family) noexcept
{
    // The index is an ARPHRD_* number: AX.25 (3) has 7 bytes, Ethernet (1) has 6 bytes, ARCnet (7) has 1 byte.
    constexpr std::uint8_t lengths[] = {7, 6, 32, 7, 32, 32, 6, 1};
    constexpr std::uint8_t dlci = 15, ieee1394 = 24, eui64 = 27, infiniband = 32;
    switch (family) {
    case dlci: return 2;
    case ieee1394: return 16;
    case eui64: return 8;
    case infiniband: return 20;
    default: return family < std::size(lengths) ? lengths[family] : 32;
    }
}

// The counters of a network device, which are numbers of type `Number`.
template <auto const& Number>
inline constexpr structure link_counters{{
    {"rx_packets", Number},
    {"tx_packets", Number},
    {"rx_bytes", Number},
    {"tx_bytes", Number},
    {"rx_errors", Number},
    {"tx_errors", Number},
    {"rx_dropped", Number},
    {"tx_dropped", Number},
    {"multicast", Number},
    {"collisions", Number},
    {"rx_length_errors", Number},
    {"rx_over_errors", Number},
    {"rx_crc_errors", Number},
    {"rx_frame_errors", Number},
    {"rx_fifo_errors", Number},
    {"rx_missed_errors", Number},
    {"tx_aborted_errors", Number},
    {"tx_carrier_errors", Number},
    {"tx_fifo_errors", Number},
    {"tx_heartbeat_errors", Number},
    {"tx_window_errors", Number},
    {"rx_compressed", Number},
    {"tx_compressed", Number},
    {"rx_nohandler", Number},
}};
inline constexpr structure link_counters64{{
    {"rx_packets", as::uint64},
    {"tx_packets", as::uint64},
    {"rx_bytes", as::uint64},
    {"tx_bytes", as::uint64},
    {"rx_errors", as::uint64},
    {"tx_errors", as::uint64},
    {"rx_dropped", as::uint64},
    {"tx_dropped", as::uint64},
    {"multicast", as::uint64},
    {"collisions", as::uint64},
    {"rx_length_errors", as::uint64},
    {"rx_over_errors", as::uint64},
    {"rx_crc_errors", as::uint64},
    {"rx_frame_errors", as::uint64},
    {"rx_fifo_errors", as::uint64},
    {"rx_missed_errors", as::uint64},
    {"tx_aborted_errors", as::uint64},
    {"tx_carrier_errors", as::uint64},
    {"tx_fifo_errors", as::uint64},
    {"tx_heartbeat_errors", as::uint64},
    {"tx_window_errors", as::uint64},
    {"rx_compressed", as::uint64},
    {"tx_compressed", as::uint64},
    {"rx_nohandler", as::uint64},
    {"rx_otherhost_dropped", as::uint64},
}};
inline constexpr structure can_counters{{
    {"bus_error", as::uint32},
    {"error_warning", as::uint32},
    {"error_passive", as::uint32},
    {"bus_off", as::uint32},
    {"arbitration_lost", as::uint32},
    {"restarts", as::uint32},
}};
inline constexpr structure device_map{{
    {"mem_start", as::hex64},
    {"mem_end", as::hex64},
    {"base_addr", as::hex64},
    {"irq", as::uint16},
    {"dma", as::uint8},
    {"port", as::uint8},
}, {}, layout::packed};

// The attributes of bridges and bridge ports.
inline constexpr structure bridge_id{{{"prio", as::array<as::uint8, exactly(2)>}, {"addr", as::hardware_address<6>}}};
inline constexpr structure bridge_options{{
    {"optval", as::flags<names::bridge_boolean_options>},
    {"optmask", as::flags<names::bridge_boolean_options>},
}};
inline constexpr structure bridge_vlan{{
    {"flags", as::flags<names::bridge_vlan_flags, width::u16>},
    {"vid", as::uint16},
}};

inline constexpr attributes bridge_port{names::link_brport_attributes, {
    {1, u8},       // IFLA_BRPORT_STATE
    {2, u16},      // IFLA_BRPORT_PRIORITY
    {3, u32},      // IFLA_BRPORT_COST
    {4, u8},       // IFLA_BRPORT_MODE
    {5, u8},       // IFLA_BRPORT_GUARD
    {6, u8},       // IFLA_BRPORT_PROTECT
    {7, u8},       // IFLA_BRPORT_FAST_LEAVE
    {8, u8},       // IFLA_BRPORT_LEARNING
    {9, u8},       // IFLA_BRPORT_UNICAST_FLOOD
    {10, u8},      // IFLA_BRPORT_PROXYARP
    {11, u8},      // IFLA_BRPORT_LEARNING_SYNC
    {12, u8},      // IFLA_BRPORT_PROXYARP_WIFI
    {13, value<bridge_id>},   // IFLA_BRPORT_ROOT_ID
    {14, value<bridge_id>},   // IFLA_BRPORT_BRIDGE_ID
    {15, u16},     // IFLA_BRPORT_DESIGNATED_PORT
    {16, u16},     // IFLA_BRPORT_DESIGNATED_COST
    {17, u16},     // IFLA_BRPORT_ID
    {18, u16},     // IFLA_BRPORT_NO
    {19, u8},      // IFLA_BRPORT_TOPOLOGY_CHANGE_ACK
    {20, u8},      // IFLA_BRPORT_CONFIG_PENDING
    {21, ticks},   // IFLA_BRPORT_MESSAGE_AGE_TIMER
    {22, ticks},   // IFLA_BRPORT_FORWARD_DELAY_TIMER
    {23, ticks},   // IFLA_BRPORT_HOLD_TIMER
    {25, u8},      // IFLA_BRPORT_MULTICAST_ROUTER
    {27, u8},      // IFLA_BRPORT_MCAST_FLOOD
    {28, u8},      // IFLA_BRPORT_MCAST_TO_UCAST
    {29, u8},      // IFLA_BRPORT_VLAN_TUNNEL
    {30, u8},      // IFLA_BRPORT_BCAST_FLOOD
    {31, x16},     // IFLA_BRPORT_GROUP_FWD_MASK
    {32, u8},      // IFLA_BRPORT_NEIGH_SUPPRESS
    {33, u8},      // IFLA_BRPORT_ISOLATED
    {34, device},  // IFLA_BRPORT_BACKUP_PORT
    {35, u8},      // IFLA_BRPORT_MRP_RING_OPEN
    {36, u8},      // IFLA_BRPORT_MRP_IN_OPEN
    {37, u32},     // IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT
    {38, u32},     // IFLA_BRPORT_MCAST_EHT_HOSTS_CNT
    {39, u8},      // IFLA_BRPORT_LOCKED
    {40, u8},      // IFLA_BRPORT_MAB
    {41, u32},     // IFLA_BRPORT_MCAST_N_GROUPS
    {42, u32},     // IFLA_BRPORT_MCAST_MAX_GROUPS
    {43, u8},      // IFLA_BRPORT_NEIGH_VLAN_SUPPRESS
    {44, u32},     // IFLA_BRPORT_BACKUP_NHID
}};
inline constexpr attributes bridge_querier{names::bridge_querier_attributes, {
    {1, value<as::inet4>},
    {2, device},
    {3, ticks},
    {5, value<as::inet6>},
    {6, device},
    {7, ticks},
}};
inline constexpr attributes bridge{names::link_bridge_attributes, {
    {1, ticks},    // IFLA_BR_FORWARD_DELAY
    {2, ticks},    // IFLA_BR_HELLO_TIME
    {3, ticks},    // IFLA_BR_MAX_AGE
    {4, ticks},    // IFLA_BR_AGEING_TIME
    {5, u32},      // IFLA_BR_STP_STATE
    {6, u16},      // IFLA_BR_PRIORITY
    {7, u8},       // IFLA_BR_VLAN_FILTERING
    {8, number<as::net_one_of<names::ethernet_protocols>>},   // IFLA_BR_VLAN_PROTOCOL
    {9, x16},      // IFLA_BR_GROUP_FWD_MASK
    {10, value<bridge_id>},   // IFLA_BR_ROOT_ID
    {11, value<bridge_id>},   // IFLA_BR_BRIDGE_ID
    {12, u16},     // IFLA_BR_ROOT_PORT
    {13, u32},     // IFLA_BR_ROOT_PATH_COST
    {14, u8},      // IFLA_BR_TOPOLOGY_CHANGE
    {15, u8},      // IFLA_BR_TOPOLOGY_CHANGE_DETECTED
    {16, ticks},   // IFLA_BR_HELLO_TIMER
    {17, ticks},   // IFLA_BR_TCN_TIMER
    {18, ticks},   // IFLA_BR_TOPOLOGY_CHANGE_TIMER
    {19, ticks},   // IFLA_BR_GC_TIMER
    {20, free_hardware},   // IFLA_BR_GROUP_ADDR
    {22, u8},      // IFLA_BR_MCAST_ROUTER
    {23, u8},      // IFLA_BR_MCAST_SNOOPING
    {24, u8},      // IFLA_BR_MCAST_QUERY_USE_IFADDR
    {25, u8},      // IFLA_BR_MCAST_QUERIER
    {26, u32},     // IFLA_BR_MCAST_HASH_ELASTICITY
    {27, u32},     // IFLA_BR_MCAST_HASH_MAX
    {28, u32},     // IFLA_BR_MCAST_LAST_MEMBER_CNT
    {29, u32},     // IFLA_BR_MCAST_STARTUP_QUERY_CNT
    {30, ticks},   // IFLA_BR_MCAST_LAST_MEMBER_INTVL
    {31, ticks},   // IFLA_BR_MCAST_MEMBERSHIP_INTVL
    {32, ticks},   // IFLA_BR_MCAST_QUERIER_INTVL
    {33, ticks},   // IFLA_BR_MCAST_QUERY_INTVL
    {34, ticks},   // IFLA_BR_MCAST_QUERY_RESPONSE_INTVL
    {35, ticks},   // IFLA_BR_MCAST_STARTUP_QUERY_INTVL
    {36, u8},      // IFLA_BR_NF_CALL_IPTABLES
    {37, u8},      // IFLA_BR_NF_CALL_IP6TABLES
    {38, u8},      // IFLA_BR_NF_CALL_ARPTABLES
    {39, u16},     // IFLA_BR_VLAN_DEFAULT_PVID
    {41, u8},      // IFLA_BR_VLAN_STATS_ENABLED
    {42, u8},      // IFLA_BR_MCAST_STATS_ENABLED
    {43, u8},      // IFLA_BR_MCAST_IGMP_VERSION
    {44, u8},      // IFLA_BR_MCAST_MLD_VERSION
    {45, u8},      // IFLA_BR_VLAN_STATS_PER_PORT
    {46, value<bridge_options>},   // IFLA_BR_MULTI_BOOLOPT
    {47, nest<bridge_querier>},    // IFLA_BR_MCAST_QUERIER_STATE
    {50, value<as::one_of<names::bridge_stp_modes>>},   // IFLA_BR_STP_MODE
}};
inline constexpr attributes bridge_vlan_tunnel{names::bridge_tunnel_attributes, {
    {1, u32},
    {2, u16},
    {3, number<as::flags<names::bridge_vlan_flags, width::u16>>},
}};
inline constexpr attributes bridge_family{names::bridge_af_attributes, {
    {0, number<as::flags<names::bridge_flags, width::u16>>},
    {1, number<as::one_of<names::bridge_modes, width::u16>>},
    {2, value_and_bytes<bridge_vlan>},
    {3, nest<bridge_vlan_tunnel>},
}};

// The attributes of a network device that belong to an address family: one table for each family.
inline constexpr structure ipv6_cache{{
    {"max_reasm_len", as::uint32},
    {"tstamp", as::uint32},
    {"reachable_time", as::uint32},
    {"retrans_time", as::uint32},
}};
inline constexpr attributes inet_family{names::link_inet_attributes, {
    {1, indexed<as::integer, names::inet_devconf_indices>},
}};
inline constexpr attributes inet6_family{names::link_inet6_attributes, {
    {1, number<as::flags<names::ipv6_link_flags>>},
    {2, indexed<as::integer, names::devconf_indices>},
    {3, indexed<as::uint64, names::ip_statistics>},
    {5, value<ipv6_cache>},
    {6, indexed<as::uint64, names::icmp6_statistics>},
    {7, value<as::inet6>},
    {8, number<as::one_of<names::ipv6_address_modes, width::u8>>},
    {9, u32},
}};
inline constexpr attributes mctp_family{names::link_mctp_attributes, {
    {1, u32},
    {2, u8},
}};

/// An address family and the table of its attributes.
struct family_set {
    std::uint8_t         family;
    attribute_set const* attributes;
};
inline constexpr attributes link_families{names::address_families, {
    {2, nest<inet_family>}, {10, nest<inet6_family>}, {45, nest<mctp_family>},
}};
inline constexpr family_set protocol_families[] = {{7, &bridge_port}, {10, &inet6_family}};

inline constexpr attributes tunnel_device{names::link_tun_attributes, {
    {1, an_id},
    {2, an_id},
    {3, number<as::one_of<names::tun_device_types, width::u8>>},
    {4, u8},
    {5, u8},
    {6, u8},
    {7, u8},
    {8, u32},
    {9, u32},
}};
inline constexpr attributes link_information{names::link_info_attributes, {
    {1, {payload::link_kind}},
    {2, {payload::link_data}},
    {3, {payload::link_statistics}},
    {4, {payload::link_slave_kind}},
    {5, {payload::link_slave_data}},
}};

// The attributes of the virtual functions of a network device.
inline constexpr structure vf_mac{{{"vf", as::uint32}, {"mac", as::hardware_address<32>}}};
inline constexpr structure vf_vlan{{{"vf", as::uint32}, {"vlan", as::uint32}, {"qos", as::uint32}}};
inline constexpr structure vf_tx_rate{{{"vf", as::uint32}, {"rate", as::uint32}}};
inline constexpr structure vf_setting{{{"vf", as::uint32}, {"setting", as::uint32}}};
inline constexpr structure vf_link_state{{{"vf", as::uint32}, {"link_state", as::one_of<names::link_vf_states>}}};
inline constexpr structure vf_rate{{{"vf", as::uint32}, {"min_tx_rate", as::uint32}, {"max_tx_rate", as::uint32}}};
inline constexpr structure vf_guid{{{"vf", as::uint32}, {"guid", as::hex64}}, {}, layout::natural};
inline constexpr structure vf_vlan_information{{
    {"vf", as::uint32},
    {"vlan", as::uint32},
    {"qos", as::uint32},
    {"vlan_proto", as::net_one_of<names::ethernet_protocols>},
}};
inline constexpr structure vf_broadcast{{{"broadcast", as::hardware_address<32>}}};
inline constexpr attributes vf_statistics{names::link_vf_statistics, {
    {0, u64}, {1, u64}, {2, u64}, {3, u64}, {4, u64}, {5, u64}, {7, u64}, {8, u64},
}};
inline constexpr attributes vf_vlans{names::link_vf_vlan_attributes, {{1, value<vf_vlan_information>}}};
inline constexpr attributes virtual_function{names::link_vf_attributes, {
    {1, value<vf_mac>},
    {2, value<vf_vlan>},
    {3, value<vf_tx_rate>},
    {4, value<vf_setting>},
    {5, value<vf_link_state>},
    {6, value<vf_rate>},
    {7, value<vf_setting>},
    {8, nest<vf_statistics>},
    {9, value<vf_setting>},
    {10, exact<vf_guid>},
    {11, exact<vf_guid>},
    {12, nest<vf_vlans>},
    {13, value<vf_broadcast>},
}};
inline constexpr name_table virtual_function_names{names::link_vf_info_attributes.storage, 2, true, "IFLA_VF_INFO_???"};
inline constexpr attributes virtual_functions{virtual_function_names, {{1, nest<virtual_function>}}};

inline constexpr structure station_interface{{
    {"vsi_mgr_id", as::uint8},
    {"vsi_type_id", as::hex_bytes<exactly(3)>},
    {"vsi_type_version", as::uint8},
    {"pad", as::hex_bytes<exactly(3)>, shown::nonzero},
}};
inline constexpr name_table port_names{names::link_port_attributes.storage, std::size(names::link_port_attributes.storage), true,
                                       "IFLA_PORT_???"};
inline constexpr attributes port{port_names, {
    {1, u32},
    {2, text},
    {3, value<station_interface>},
    {6, u8},
    {7, u16},
}};
inline constexpr attributes ports{names::link_vf_port_attributes, {{1, nest<port>}}};

inline constexpr attributes express_path{names::link_xdp_attributes, {
    {1, an_fd},
    {2, number<as::one_of<names::xdp_attach_modes, width::u8>>},
    {3, value<as::flags<names::xdp_flags>>},
    {4, u32},
    {5, u32},
    {6, u32},
    {7, u32},
    {8, an_fd},
}};
inline constexpr attributes properties{names::link_attributes, {{53, text}}};
inline constexpr attributes down_reason{names::link_proto_down_attributes, {{1, x32}, {2, x32}}};

inline constexpr attributes link{names::link_attributes, {
    {1, hardware},    // IFLA_ADDRESS
    {2, hardware},    // IFLA_BROADCAST
    {3, text},        // IFLA_IFNAME
    {4, u32},         // IFLA_MTU
    {5, u32},         // IFLA_LINK
    {6, text},        // IFLA_QDISC
    {7, grown<link_counters<as::uint32>, 92>},   // IFLA_STATS
    {10, u32},        // IFLA_MASTER
    {12, {payload::protocol_information}},       // IFLA_PROTINFO
    {13, u32},        // IFLA_TXQLEN
    {14, value<device_map>},                     // IFLA_MAP
    {15, u32},        // IFLA_WEIGHT
    {16, u8},         // IFLA_OPERSTATE
    {17, u8},         // IFLA_LINKMODE
    {18, nest<link_information>},                // IFLA_LINKINFO
    {19, u32},        // IFLA_NET_NS_PID
    {20, text},       // IFLA_IFALIAS
    {21, u32},        // IFLA_NUM_VF
    {22, nest<virtual_functions>},               // IFLA_VFINFO_LIST
    {23, grown<link_counters64, 184>},           // IFLA_STATS64
    {24, nest<ports>},                           // IFLA_VF_PORTS
    {25, nest<port>},                            // IFLA_PORT_SELF
    {26, {payload::link_families}},              // IFLA_AF_SPEC
    {27, u32},        // IFLA_GROUP
    {28, an_fd},      // IFLA_NET_NS_FD
    {29, number<as::flags<names::link_filters>>},   // IFLA_EXT_MASK
    {30, u32},        // IFLA_PROMISCUITY
    {31, u32},        // IFLA_NUM_TX_QUEUES
    {32, u32},        // IFLA_NUM_RX_QUEUES
    {33, u8},         // IFLA_CARRIER
    {35, u32},        // IFLA_CARRIER_CHANGES
    {37, s32},        // IFLA_LINK_NETNSID
    {38, text},       // IFLA_PHYS_PORT_NAME
    {39, u8},         // IFLA_PROTO_DOWN
    {40, u32},        // IFLA_GSO_MAX_SEGS
    {41, u32},        // IFLA_GSO_MAX_SIZE
    {43, nest<express_path>},                    // IFLA_XDP
    {44, value<as::one_of<names::link_events>>}, // IFLA_EVENT
    {45, s32},        // IFLA_NEW_NETNSID
    {46, s32},        // IFLA_IF_NETNSID
    {47, u32},        // IFLA_CARRIER_UP_COUNT
    {48, u32},        // IFLA_CARRIER_DOWN_COUNT
    {49, device},     // IFLA_NEW_IFINDEX
    {50, u32},        // IFLA_MIN_MTU
    {51, u32},        // IFLA_MAX_MTU
    {52, nest<properties>},                      // IFLA_PROP_LIST
    {53, text},       // IFLA_ALT_IFNAME
    {54, hardware},   // IFLA_PERM_ADDRESS
    {55, nest<down_reason>},                     // IFLA_PROTO_DOWN_REASON
    {56, text},       // IFLA_PARENT_DEV_NAME
    {57, text},       // IFLA_PARENT_DEV_BUS_NAME
    {58, u32},        // IFLA_GRO_MAX_SIZE
    {59, u32},        // IFLA_TSO_MAX_SIZE
    {60, u32},        // IFLA_TSO_MAX_SEGS
    {61, u32},        // IFLA_ALLMULTI
    {62, u32},        // IFLA_DEVLINK_PORT
    {63, u32},        // IFLA_GSO_IPV4_MAX_SIZE
    {64, u32},        // IFLA_GRO_IPV4_MAX_SIZE
    {66, u64},        // IFLA_MAX_PACING_OFFLOAD_HORIZON
    {67, u8},         // IFLA_NETNS_IMMUTABLE
    {68, u16},        // IFLA_HEADROOM
    {69, u16},        // IFLA_TAILROOM
}};
inline constexpr structure link_header{{
    {"ifi_family", family_field},
    {"", as::uint8, shown::never},
    {"ifi_type", as::one_of<names::arp_hardware_types, width::u16>},
    {"ifi_index", as::interface_index},
    {"ifi_flags", as::flags<names::interface_flags>},
    {"ifi_change", as::hex32},
}};

// Messages with the statistics of network devices (RTM_NEWSTATS).
inline constexpr structure bridge_vlan_counters{{
    {"rx_bytes", as::uint64},
    {"rx_packets", as::uint64},
    {"tx_bytes", as::uint64},
    {"tx_packets", as::uint64},
    {"vid", as::uint16},
    {"flags", as::flags<names::bridge_vlan_flags, width::u16>},
    {"pad2", as::hex32, shown::nonzero},
}};
inline constexpr name_table directions{names::bridge_multicast_directions.storage, 2, true, {}};
inline constexpr auto const& both_directions = as::indexed_array<as::uint64, directions, exactly(2)>;
inline constexpr structure bridge_multicast_counters{{
    {"igmp_v1queries", both_directions},
    {"igmp_v2queries", both_directions},
    {"igmp_v3queries", both_directions},
    {"igmp_leaves", both_directions},
    {"igmp_v1reports", both_directions},
    {"igmp_v2reports", both_directions},
    {"igmp_v3reports", both_directions},
    {"igmp_parse_errors", as::uint64},
    {"mld_v1queries", both_directions},
    {"mld_v2queries", both_directions},
    {"mld_leaves", both_directions},
    {"mld_v1reports", both_directions},
    {"mld_v2reports", both_directions},
    {"mld_parse_errors", as::uint64},
    {"mcast_bytes", both_directions},
    {"mcast_packets", both_directions},
}};
inline constexpr structure bridge_tree_counters{{
    {"transition_blk", as::uint64},
    {"transition_fwd", as::uint64},
    {"rx_bpdu", as::uint64},
    {"tx_bpdu", as::uint64},
    {"rx_tcn", as::uint64},
    {"tx_tcn", as::uint64},
}};
inline constexpr attributes bridge_statistics{names::bridge_statistics, {
    {1, value_and_bytes<bridge_vlan_counters>},
    {2, value_and_bytes<bridge_multicast_counters>},
    {4, value_and_bytes<bridge_tree_counters>},
}};
inline constexpr name_table lacp_names{names::bond_3ad_statistics.storage, std::size(names::bond_3ad_statistics.storage), true,
                                       "BOND_XSTATS_???"};   // strace shows this text for an LACP counter without a name
inline constexpr attributes lacp_statistics{lacp_names, {
    {0, u64}, {1, u64}, {2, u64}, {3, u64}, {4, u64}, {5, u64}, {6, u64}, {7, u64}, {8, u64},
}};
inline constexpr attributes bond_statistics{names::bond_statistics, {{1, nest<lacp_statistics>}}};
inline constexpr attributes extended_statistics{names::link_xstats_types, {{1, nest<bridge_statistics>}, {2, nest<bond_statistics>}}};
inline constexpr attributes offload_statistics{names::link_offload_statistics, {{1, grown<link_counters64, 184>}}};
inline constexpr structure label_counters{{
    {"rx_packets", as::uint64},
    {"tx_packets", as::uint64},
    {"rx_bytes", as::uint64},
    {"tx_bytes", as::uint64},
    {"rx_errors", as::uint64},
    {"tx_errors", as::uint64},
    {"rx_dropped", as::uint64},
    {"tx_dropped", as::uint64},
    {"rx_noroute", as::uint64},
}};
inline constexpr attributes label_statistics{names::mpls_statistics, {{1, value_and_bytes<label_counters>}}};
inline constexpr attributes statistics_families{names::address_families, {{28, nest<label_statistics>}}};
inline constexpr attributes statistics{names::link_statistics_attributes, {
    {1, grown<link_counters64, 184>},
    {2, nest<extended_statistics>},
    {3, nest<extended_statistics>},
    {4, nest<offload_statistics>},
    {5, nest<statistics_families>},
}};
inline constexpr structure statistics_header{{
    {"family", family_field},
    {"pad1", as::hex8, shown::nonzero},
    {"pad2", as::hex16, shown::nonzero},
    {"ifindex", as::interface_index},
    {"filter_mask", as::flags<names::link_statistics_masks>},
}};

} // namespace cotrace::uapi::netlink
