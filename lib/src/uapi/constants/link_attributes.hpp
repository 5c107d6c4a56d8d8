// SPDX-License-Identifier: BSL-1.0
// Names of nested attributes and other constants in netlink messages, from linux/if_link.h, linux/if_bridge.h and others. The
// tables contain the names up to Linux 6.18, and some names of later versions.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr enum_table devconf_indices{"DEVCONF_???", {
    {0, "DEVCONF_FORWARDING"},
    {1, "DEVCONF_HOPLIMIT"},
    {2, "DEVCONF_MTU6"},
    {3, "DEVCONF_ACCEPT_RA"},
    {4, "DEVCONF_ACCEPT_REDIRECTS"},
    {5, "DEVCONF_AUTOCONF"},
    {6, "DEVCONF_DAD_TRANSMITS"},
    {7, "DEVCONF_RTR_SOLICITS"},
    {8, "DEVCONF_RTR_SOLICIT_INTERVAL"},
    {9, "DEVCONF_RTR_SOLICIT_DELAY"},
    {10, "DEVCONF_USE_TEMPADDR"},
    {11, "DEVCONF_TEMP_VALID_LFT"},
    {12, "DEVCONF_TEMP_PREFERED_LFT"},
    {13, "DEVCONF_REGEN_MAX_RETRY"},
    {14, "DEVCONF_MAX_DESYNC_FACTOR"},
    {15, "DEVCONF_MAX_ADDRESSES"},
    {16, "DEVCONF_FORCE_MLD_VERSION"},
    {17, "DEVCONF_ACCEPT_RA_DEFRTR"},
    {18, "DEVCONF_ACCEPT_RA_PINFO"},
    {19, "DEVCONF_ACCEPT_RA_RTR_PREF"},
    {20, "DEVCONF_RTR_PROBE_INTERVAL"},
    {21, "DEVCONF_ACCEPT_RA_RT_INFO_MAX_PLEN"},
    {22, "DEVCONF_PROXY_NDP"},
    {23, "DEVCONF_OPTIMISTIC_DAD"},
    {24, "DEVCONF_ACCEPT_SOURCE_ROUTE"},
    {25, "DEVCONF_MC_FORWARDING"},
    {26, "DEVCONF_DISABLE_IPV6"},
    {27, "DEVCONF_ACCEPT_DAD"},
    {28, "DEVCONF_FORCE_TLLAO"},
    {29, "DEVCONF_NDISC_NOTIFY"},
    {30, "DEVCONF_MLDV1_UNSOLICITED_REPORT_INTERVAL"},
    {31, "DEVCONF_MLDV2_UNSOLICITED_REPORT_INTERVAL"},
    {32, "DEVCONF_SUPPRESS_FRAG_NDISC"},
    {33, "DEVCONF_ACCEPT_RA_FROM_LOCAL"},
    {34, "DEVCONF_USE_OPTIMISTIC"},
    {35, "DEVCONF_ACCEPT_RA_MTU"},
    {36, "DEVCONF_STABLE_SECRET"},
    {37, "DEVCONF_USE_OIF_ADDRS_ONLY"},
    {38, "DEVCONF_ACCEPT_RA_MIN_HOP_LIMIT"},
    {39, "DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN"},
    {40, "DEVCONF_DROP_UNICAST_IN_L2_MULTICAST"},
    {41, "DEVCONF_DROP_UNSOLICITED_NA"},
    {42, "DEVCONF_KEEP_ADDR_ON_DOWN"},
    {43, "DEVCONF_RTR_SOLICIT_MAX_INTERVAL"},
    {44, "DEVCONF_SEG6_ENABLED"},
    {45, "DEVCONF_SEG6_REQUIRE_HMAC"},
    {46, "DEVCONF_ENHANCED_DAD"},
    {47, "DEVCONF_ADDR_GEN_MODE"},
    {48, "DEVCONF_DISABLE_POLICY"},
    {49, "DEVCONF_ACCEPT_RA_RT_INFO_MIN_PLEN"},
    {50, "DEVCONF_NDISC_TCLASS"},
    {51, "DEVCONF_RPL_SEG_ENABLED"},
    {52, "DEVCONF_RA_DEFRTR_METRIC"},
    {53, "DEVCONF_IOAM6_ENABLED"},
    {54, "DEVCONF_IOAM6_ID"},
    {55, "DEVCONF_IOAM6_ID_WIDE"},
    {56, "DEVCONF_NDISC_EVICT_NOCARRIER"},
    {57, "DEVCONF_ACCEPT_UNTRACKED_NA"},
    {58, "DEVCONF_ACCEPT_RA_MIN_LFT"},
    {59, "DEVCONF_FORCE_FORWARDING"},
}};

inline constexpr enum_table icmp6_statistics{"ICMP6_MIB_???", {
    {0, "ICMP6_MIB_NUM"},
    {1, "ICMP6_MIB_INMSGS"},
    {2, "ICMP6_MIB_INERRORS"},
    {3, "ICMP6_MIB_OUTMSGS"},
    {4, "ICMP6_MIB_OUTERRORS"},
    {5, "ICMP6_MIB_CSUMERRORS"},
}};

inline constexpr enum_table ip_statistics{"IPSTATS_MIB_???", {
    {0, "IPSTATS_MIB_NUM"},
    {1, "IPSTATS_MIB_INPKTS"},
    {2, "IPSTATS_MIB_INOCTETS"},
    {3, "IPSTATS_MIB_INDELIVERS"},
    {4, "IPSTATS_MIB_OUTFORWDATAGRAMS"},
    {5, "IPSTATS_MIB_OUTPKTS"},
    {6, "IPSTATS_MIB_OUTOCTETS"},
    {7, "IPSTATS_MIB_INHDRERRORS"},
    {8, "IPSTATS_MIB_INTOOBIGERRORS"},
    {9, "IPSTATS_MIB_INNOROUTES"},
    {10, "IPSTATS_MIB_INADDRERRORS"},
    {11, "IPSTATS_MIB_INUNKNOWNPROTOS"},
    {12, "IPSTATS_MIB_INTRUNCATEDPKTS"},
    {13, "IPSTATS_MIB_INDISCARDS"},
    {14, "IPSTATS_MIB_OUTDISCARDS"},
    {15, "IPSTATS_MIB_OUTNOROUTES"},
    {16, "IPSTATS_MIB_REASMTIMEOUT"},
    {17, "IPSTATS_MIB_REASMREQDS"},
    {18, "IPSTATS_MIB_REASMOKS"},
    {19, "IPSTATS_MIB_REASMFAILS"},
    {20, "IPSTATS_MIB_FRAGOKS"},
    {21, "IPSTATS_MIB_FRAGFAILS"},
    {22, "IPSTATS_MIB_FRAGCREATES"},
    {23, "IPSTATS_MIB_INMCASTPKTS"},
    {24, "IPSTATS_MIB_OUTMCASTPKTS"},
    {25, "IPSTATS_MIB_INBCASTPKTS"},
    {26, "IPSTATS_MIB_OUTBCASTPKTS"},
    {27, "IPSTATS_MIB_INMCASTOCTETS"},
    {28, "IPSTATS_MIB_OUTMCASTOCTETS"},
    {29, "IPSTATS_MIB_INBCASTOCTETS"},
    {30, "IPSTATS_MIB_OUTBCASTOCTETS"},
    {31, "IPSTATS_MIB_CSUMERRORS"},
    {32, "IPSTATS_MIB_NOECTPKTS"},
    {33, "IPSTATS_MIB_ECT1PKTS"},
    {34, "IPSTATS_MIB_ECT0PKTS"},
    {35, "IPSTATS_MIB_CEPKTS"},
    {36, "IPSTATS_MIB_REASM_OVERLAPS"},
}};

inline constexpr enum_table ipv6_address_modes{"IN6_ADDR_GEN_MODE_???", {
    {0, "IN6_ADDR_GEN_MODE_EUI64"},
    {1, "IN6_ADDR_GEN_MODE_NONE"},
    {2, "IN6_ADDR_GEN_MODE_STABLE_PRIVACY"},
    {3, "IN6_ADDR_GEN_MODE_RANDOM"},
}};

inline constexpr flag_table ipv6_link_flags{"IF_???", {
    {0x10, "IF_RS_SENT"},
    {0x20, "IF_RA_RCVD"},
    {0x40, "IF_RA_MANAGED"},
    {0x80, "IF_RA_OTHERCONF"},
    {0x80000000, "IF_READY"},
}};

inline constexpr enum_table address_label_attributes{"IFAL_???", {
    {1, "IFAL_ADDRESS"},
    {2, "IFAL_LABEL"},
}};

inline constexpr enum_table xdp_attach_modes{"XDP_ATTACHED_???", {
    {0, "XDP_ATTACHED_NONE"},
    {1, "XDP_ATTACHED_DRV"},
    {2, "XDP_ATTACHED_SKB"},
    {3, "XDP_ATTACHED_HW"},
    {4, "XDP_ATTACHED_MULTI"},
}};

inline constexpr flag_table xdp_flags{"XDP_FLAGS_???", {
    {0xe, "XDP_FLAGS_MODES"},
    {0x1, "XDP_FLAGS_UPDATE_IF_NOEXIST"},
    {0x2, "XDP_FLAGS_SKB_MODE"},
    {0x4, "XDP_FLAGS_DRV_MODE"},
    {0x8, "XDP_FLAGS_HW_MODE"},
    {0x10, "XDP_FLAGS_REPLACE"},
}};

inline constexpr enum_table link_vf_info_attributes{"IFLA_VF_INFO???", {
    {0, "IFLA_VF_INFO_UNSPEC"},
    {1, "IFLA_VF_INFO"},
}};

inline constexpr enum_table link_vf_vlan_attributes{"IFLA_VF_VLAN_INFO_???", {
    {0, "IFLA_VF_VLAN_INFO_UNSPEC"},
    {1, "IFLA_VF_VLAN_INFO"},
}};

inline constexpr enum_table link_vf_port_attributes{"IFLA_VF_PORT_???", {
    {0, "IFLA_VF_PORT_UNSPEC"},
    {1, "IFLA_VF_PORT"},
}};

inline constexpr enum_table link_vf_statistics{"IFLA_VF_STATS_???", {
    {0, "IFLA_VF_STATS_RX_PACKETS"},
    {1, "IFLA_VF_STATS_TX_PACKETS"},
    {2, "IFLA_VF_STATS_RX_BYTES"},
    {3, "IFLA_VF_STATS_TX_BYTES"},
    {4, "IFLA_VF_STATS_BROADCAST"},
    {5, "IFLA_VF_STATS_MULTICAST"},
    {6, "IFLA_VF_STATS_PAD"},
    {7, "IFLA_VF_STATS_RX_DROPPED"},
    {8, "IFLA_VF_STATS_TX_DROPPED"},
}};

inline constexpr enum_table link_vf_states{"IFLA_VF_LINK_STATE_???", {
    {0, "IFLA_VF_LINK_STATE_AUTO"},
    {1, "IFLA_VF_LINK_STATE_ENABLE"},
    {2, "IFLA_VF_LINK_STATE_DISABLE"},
}};

inline constexpr enum_table link_proto_down_attributes{"IFLA_PROTO_DOWN_REASON_???", {
    {0, "IFLA_PROTO_DOWN_REASON_UNSPEC"},
    {1, "IFLA_PROTO_DOWN_REASON_MASK"},
    {2, "IFLA_PROTO_DOWN_REASON_VALUE"},
}};

inline constexpr enum_table link_mctp_attributes{"IFLA_MCTP_???", {
    {0, "IFLA_MCTP_UNSPEC"},
    {1, "IFLA_MCTP_NET"},
    {2, "IFLA_MCTP_PHYS_BINDING"},
}};

inline constexpr enum_table link_statistics_attributes{"IFLA_STATS_???", {
    {0, "IFLA_STATS_UNSPEC"},
    {1, "IFLA_STATS_LINK_64"},
    {2, "IFLA_STATS_LINK_XSTATS"},
    {3, "IFLA_STATS_LINK_XSTATS_SLAVE"},
    {4, "IFLA_STATS_LINK_OFFLOAD_XSTATS"},
    {5, "IFLA_STATS_AF_SPEC"},
}};

inline constexpr flag_table link_statistics_masks{"1<<IFLA_STATS_???", {
    {0x1, "1<<IFLA_STATS_UNSPEC"},
    {0x2, "1<<IFLA_STATS_LINK_64"},
    {0x4, "1<<IFLA_STATS_LINK_XSTATS"},
    {0x8, "1<<IFLA_STATS_LINK_XSTATS_SLAVE"},
    {0x10, "1<<IFLA_STATS_LINK_OFFLOAD_XSTATS"},
    {0x20, "1<<IFLA_STATS_AF_SPEC"},
}};

inline constexpr enum_table link_xstats_types{"LINK_XSTATS_TYPE_???", {
    {0, "LINK_XSTATS_TYPE_UNSPEC"},
    {1, "LINK_XSTATS_TYPE_BRIDGE"},
    {2, "LINK_XSTATS_TYPE_BOND"},
}};

inline constexpr enum_table link_offload_statistics{"IFLA_OFFLOAD_XSTATS_???", {
    {0, "IFLA_OFFLOAD_XSTATS_UNSPEC"},
    {1, "IFLA_OFFLOAD_XSTATS_CPU_HIT"},
}};

inline constexpr enum_table mpls_statistics{"MPLS_STATS_???", {
    {0, "MPLS_STATS_UNSPEC"},
    {1, "MPLS_STATS_LINK"},
}};

inline constexpr enum_table bridge_af_attributes{"IFLA_BRIDGE_???", {
    {0, "IFLA_BRIDGE_FLAGS"},
    {1, "IFLA_BRIDGE_MODE"},
    {2, "IFLA_BRIDGE_VLAN_INFO"},
    {3, "IFLA_BRIDGE_VLAN_TUNNEL_INFO"},
    {4, "IFLA_BRIDGE_MRP"},
    {5, "IFLA_BRIDGE_CFM"},
    {6, "IFLA_BRIDGE_MST"},
}};

inline constexpr enum_table bridge_tunnel_attributes{"IFLA_BRIDGE_VLAN_TUNNEL_???", {
    {0, "IFLA_BRIDGE_VLAN_TUNNEL_UNSPEC"},
    {1, "IFLA_BRIDGE_VLAN_TUNNEL_ID"},
    {2, "IFLA_BRIDGE_VLAN_TUNNEL_VID"},
    {3, "IFLA_BRIDGE_VLAN_TUNNEL_FLAGS"},
}};

inline constexpr enum_table bridge_modes{"BRIDGE_MODE_???", {
    {0, "BRIDGE_MODE_VEB"},
    {1, "BRIDGE_MODE_VEPA"},
    {0xffff, "BRIDGE_MODE_UNDEF"},
}};

inline constexpr flag_table bridge_flags{"BRIDGE_FLAGS_???", {
    {0x1, "BRIDGE_FLAGS_MASTER"},
    {0x2, "BRIDGE_FLAGS_SELF"},
}};

inline constexpr flag_table bridge_vlan_flags{"BRIDGE_VLAN_INFO_???", {
    {0x1, "BRIDGE_VLAN_INFO_MASTER"},
    {0x2, "BRIDGE_VLAN_INFO_PVID"},
    {0x4, "BRIDGE_VLAN_INFO_UNTAGGED"},
    {0x8, "BRIDGE_VLAN_INFO_RANGE_BEGIN"},
    {0x10, "BRIDGE_VLAN_INFO_RANGE_END"},
    {0x20, "BRIDGE_VLAN_INFO_BRENTRY"},
    {0x40, "BRIDGE_VLAN_INFO_ONLY_OPTS"},
}};

inline constexpr enum_table bridge_querier_attributes{"BRIDGE_QUERIER_???", {
    {0, "BRIDGE_QUERIER_UNSPEC"},
    {1, "BRIDGE_QUERIER_IP_ADDRESS"},
    {2, "BRIDGE_QUERIER_IP_PORT"},
    {3, "BRIDGE_QUERIER_IP_OTHER_TIMER"},
    {4, "BRIDGE_QUERIER_PAD"},
    {5, "BRIDGE_QUERIER_IPV6_ADDRESS"},
    {6, "BRIDGE_QUERIER_IPV6_PORT"},
    {7, "BRIDGE_QUERIER_IPV6_OTHER_TIMER"},
}};

inline constexpr enum_table bridge_statistics{"BRIDGE_XSTATS_???", {
    {0, "BRIDGE_XSTATS_UNSPEC"},
    {1, "BRIDGE_XSTATS_VLAN"},
    {2, "BRIDGE_XSTATS_MCAST"},
    {3, "BRIDGE_XSTATS_PAD"},
    {4, "BRIDGE_XSTATS_STP"},
}};

inline constexpr enum_table bridge_multicast_directions{"BR_MCAST_DIR_???", {
    {0, "BR_MCAST_DIR_RX"},
    {1, "BR_MCAST_DIR_TX"},
}};

inline constexpr enum_table bridge_stp_modes{"BR_STP_MODE_???", {
    {0, "BR_STP_MODE_AUTO"},
    {1, "BR_STP_MODE_USER"},
    {2, "BR_STP_MODE_KERNEL"},
}};

inline constexpr flag_table bridge_boolean_options{"1<<BR_BOOLOPT_???", {
    {0x1, "1<<BR_BOOLOPT_NO_LL_LEARN"},
    {0x2, "1<<BR_BOOLOPT_MCAST_VLAN_SNOOPING"},
    {0x4, "1<<BR_BOOLOPT_MST_ENABLE"},
    {0x8, "1<<BR_BOOLOPT_MDB_OFFLOAD_FAIL_NOTIFICATION"},
    {0x10, "1<<BR_BOOLOPT_FDB_LOCAL_VLAN_0"},
}};

inline constexpr enum_table bond_statistics{"BOND_XSTATS_???", {
    {0, "BOND_XSTATS_UNSPEC"},
    {1, "BOND_XSTATS_3AD"},
}};

inline constexpr enum_table bond_3ad_statistics{"BOND_3AD_STAT_???", {
    {0, "BOND_3AD_STAT_LACPDU_RX"},
    {1, "BOND_3AD_STAT_LACPDU_TX"},
    {2, "BOND_3AD_STAT_LACPDU_UNKNOWN_RX"},
    {3, "BOND_3AD_STAT_LACPDU_ILLEGAL_RX"},
    {4, "BOND_3AD_STAT_MARKER_RX"},
    {5, "BOND_3AD_STAT_MARKER_TX"},
    {6, "BOND_3AD_STAT_MARKER_RESP_RX"},
    {7, "BOND_3AD_STAT_MARKER_RESP_TX"},
    {8, "BOND_3AD_STAT_MARKER_UNKNOWN_RX"},
    {9, "BOND_3AD_STAT_PAD"},
}};

inline constexpr enum_table multicast_router_attributes{"MDBA_ROUTER_???", {
    {0, "MDBA_ROUTER_UNSPEC"},
    {1, "MDBA_ROUTER_PORT"},
}};

inline constexpr enum_table multicast_router_port_attributes{"MDBA_ROUTER_PATTR_???", {
    {0, "MDBA_ROUTER_PATTR_UNSPEC"},
    {1, "MDBA_ROUTER_PATTR_TIMER"},
    {2, "MDBA_ROUTER_PATTR_TYPE"},
    {3, "MDBA_ROUTER_PATTR_INET_TIMER"},
    {4, "MDBA_ROUTER_PATTR_INET6_TIMER"},
}};

inline constexpr enum_table multicast_entry_attributes{"MDBA_MDB_ENTRY_???", {
    {0, "MDBA_MDB_ENTRY_UNSPEC"},
    {1, "MDBA_MDB_ENTRY_INFO"},
}};

inline constexpr enum_table multicast_entry_info_attributes{"MDBA_MDB_EATTR_???", {
    {0, "MDBA_MDB_EATTR_UNSPEC"},
    {1, "MDBA_MDB_EATTR_TIMER"},
    {2, "MDBA_MDB_EATTR_SRC_LIST"},
    {3, "MDBA_MDB_EATTR_GROUP_MODE"},
    {4, "MDBA_MDB_EATTR_SOURCE"},
    {5, "MDBA_MDB_EATTR_RTPROT"},
    {6, "MDBA_MDB_EATTR_DST"},
    {7, "MDBA_MDB_EATTR_DST_PORT"},
    {8, "MDBA_MDB_EATTR_VNI"},
    {9, "MDBA_MDB_EATTR_IFINDEX"},
    {10, "MDBA_MDB_EATTR_SRC_VNI"},
}};

inline constexpr enum_table multicast_group_attributes{"MDBA_MDB_???", {
    {0, "MDBA_MDB_UNSPEC"},
    {1, "MDBA_MDB_ENTRY"},
}};

inline constexpr enum_table multicast_router_types{"MDB_RTR_TYPE_???", {
    {0, "MDB_RTR_TYPE_DISABLED"},
    {1, "MDB_RTR_TYPE_TEMP_QUERY"},
    {2, "MDB_RTR_TYPE_PERM"},
    {3, "MDB_RTR_TYPE_TEMP"},
}};

inline constexpr enum_table multicast_entry_states{"MDB_???", {
    {0, "MDB_TEMPORARY"},
    {1, "MDB_PERMANENT"},
}};

inline constexpr flag_table multicast_entry_flags{"MDB_FLAGS_???", {
    {0x1, "MDB_FLAGS_OFFLOAD"},
    {0x2, "MDB_FLAGS_FAST_LEAVE"},
    {0x4, "MDB_FLAGS_STAR_EXCL"},
    {0x8, "MDB_FLAGS_BLOCKED"},
    {0x10, "MDB_FLAGS_OFFLOAD_FAILED"},
}};

inline constexpr enum_table neighbour_fdb_attributes{"NFEA_???", {
    {0, "NFEA_UNSPEC"},
    {1, "NFEA_ACTIVITY_NOTIFY"},
    {2, "NFEA_DONT_REFRESH"},
}};

inline constexpr flag_table neighbour_extended_flags{"NTF_EXT_???", {
    {0x1, "NTF_EXT_MANAGED"},
    {0x2, "NTF_EXT_LOCKED"},
    {0x4, "NTF_EXT_EXT_VALIDATED"},
}};

inline constexpr flag_table fdb_notifications{"FDB_NOTIFY_???", {
    {0x1, "FDB_NOTIFY_BIT"},
    {0x2, "FDB_NOTIFY_INACTIVE_BIT"},
}};

inline constexpr enum_table nexthop_group_types{"NEXTHOP_GRP_TYPE_???", {
    {0, "NEXTHOP_GRP_TYPE_MPATH"},
    {1, "NEXTHOP_GRP_TYPE_RES"},
}};

inline constexpr enum_table nexthop_resilient_attributes{"NHA_RES_GROUP_???", {
    {0, "NHA_RES_GROUP_PAD"},
    {1, "NHA_RES_GROUP_BUCKETS"},
    {2, "NHA_RES_GROUP_IDLE_TIMER"},
    {3, "NHA_RES_GROUP_UNBALANCED_TIMER"},
    {4, "NHA_RES_GROUP_UNBALANCED_TIME"},
}};

inline constexpr enum_table nexthop_bucket_attributes{"NHA_RES_BUCKET_???", {
    {0, "NHA_RES_BUCKET_PAD"},
    {1, "NHA_RES_BUCKET_INDEX"},
    {2, "NHA_RES_BUCKET_IDLE_TIME"},
    {3, "NHA_RES_BUCKET_NH_ID"},
}};

inline constexpr enum_table lightweight_tunnels{"LWTUNNEL_ENCAP_???", {
    {0, "LWTUNNEL_ENCAP_NONE"},
    {1, "LWTUNNEL_ENCAP_MPLS"},
    {2, "LWTUNNEL_ENCAP_IP"},
    {3, "LWTUNNEL_ENCAP_ILA"},
    {4, "LWTUNNEL_ENCAP_IP6"},
    {5, "LWTUNNEL_ENCAP_SEG6"},
    {6, "LWTUNNEL_ENCAP_BPF"},
    {7, "LWTUNNEL_ENCAP_SEG6_LOCAL"},
    {8, "LWTUNNEL_ENCAP_RPL"},
}};

inline constexpr flag_table route_tos{"IPTOS_TOS_???", {
    {0x10, "IPTOS_LOWDELAY"},
    {0x8, "IPTOS_THROUGHPUT"},
    {0x4, "IPTOS_RELIABILITY"},
    {0x2, "IPTOS_MINCOST"},
}};

inline constexpr enum_table traffic_stab_attributes{"TCA_STAB_???", {
    {0, "TCA_STAB_UNSPEC"},
    {1, "TCA_STAB_BASE"},
    {2, "TCA_STAB_DATA"},
}};

inline constexpr flag_table traffic_action_hw_statistics{"TCA_ACT_HW_STATS_???", {
    {0x1, "TCA_ACT_HW_STATS_IMMEDIATE"},
    {0x2, "TCA_ACT_HW_STATS_DELAYED"},
}};

inline constexpr enum_table traffic_root_attributes{"TCA_ROOT_???", {
    {0, "TCA_ROOT_UNSPEC"},
    {1, "TCA_ROOT_TAB"},
    {2, "TCA_ROOT_FLAGS"},
    {3, "TCA_ROOT_COUNT"},
    {4, "TCA_ROOT_TIME_DELTA"},
    {5, "TCA_ROOT_EXT_WARN_MSG"},
}};

inline constexpr flag_table traffic_root_flags{"TCA_ACT_FLAG_???", {
    {0x1, "TCA_ACT_FLAG_LARGE_DUMP_ON"},
    {0x2, "TCA_ACT_FLAG_TERSE_DUMP"},
}};

inline constexpr flag_table traffic_action_flags{"TCA_ACT_FLAGS_???", {
    {0x1, "TCA_ACT_FLAGS_NO_PERCPU_STATS"},
    {0x2, "TCA_ACT_FLAGS_SKIP_HW"},
    {0x4, "TCA_ACT_FLAGS_SKIP_SW"},
}};

inline constexpr enum_table multicast_report_families{"RTNL_FAMILY_???", {
    {128, "RTNL_FAMILY_IPMR"},
    {129, "RTNL_FAMILY_IP6MR"},
}};

inline constexpr enum_table multicast_report_types{"IGMPMSG_???", {
    {1, "IGMPMSG_NOCACHE"},
    {2, "IGMPMSG_WRONGVIF"},
    {3, "IGMPMSG_WHOLEPKT"},
    {4, "IGMPMSG_WRVIFWHOLE"},
}};

inline constexpr enum_table multicast_report_attributes{"IPMRA_CREPORT_???", {
    {0, "IPMRA_CREPORT_UNSPEC"},
    {1, "IPMRA_CREPORT_MSGTYPE"},
    {2, "IPMRA_CREPORT_VIF_ID"},
    {3, "IPMRA_CREPORT_SRC_ADDR"},
    {4, "IPMRA_CREPORT_DST_ADDR"},
    {5, "IPMRA_CREPORT_PKT"},
    {6, "IPMRA_CREPORT_TABLE"},
}};

inline constexpr enum_table multicast6_report_types{"MRT6MSG_???", {
    {1, "MRT6MSG_NOCACHE"},
    {2, "MRT6MSG_WRONGMIF"},
    {3, "MRT6MSG_WHOLEPKT"},
}};

inline constexpr enum_table multicast6_report_attributes{"IP6MRA_CREPORT_???", {
    {0, "IP6MRA_CREPORT_UNSPEC"},
    {1, "IP6MRA_CREPORT_MSGTYPE"},
    {2, "IP6MRA_CREPORT_MIF_ID"},
    {3, "IP6MRA_CREPORT_SRC_ADDR"},
    {4, "IP6MRA_CREPORT_DST_ADDR"},
    {5, "IP6MRA_CREPORT_PKT"},
}};

inline constexpr enum_table netfilter_osf_types{"OSF_MSG_???", {
    {0, "OSF_MSG_ADD"},
    {1, "OSF_MSG_REMOVE"},
}};

inline constexpr enum_table netfilter_compat_types{"NFNL_MSG_COMPAT_???", {
    {0, "NFNL_MSG_COMPAT_GET"},
}};

inline constexpr flag_table tcp_state_masks{"1<<TCP_???", {
    {0x2, "1<<TCP_ESTABLISHED"},
    {0x4, "1<<TCP_SYN_SENT"},
    {0x8, "1<<TCP_SYN_RECV"},
    {0x10, "1<<TCP_FIN_WAIT1"},
    {0x20, "1<<TCP_FIN_WAIT2"},
    {0x40, "1<<TCP_TIME_WAIT"},
    {0x80, "1<<TCP_CLOSE"},
    {0x100, "1<<TCP_CLOSE_WAIT"},
    {0x200, "1<<TCP_LAST_ACK"},
    {0x400, "1<<TCP_LISTEN"},
    {0x800, "1<<TCP_CLOSING"},
    {0x1000, "1<<TCP_NEW_SYN_RECV"},
    {0x2000, "1<<TCP_BOUND_INACTIVE"},
}};

inline constexpr enum_table inet_ulp_attributes{"INET_ULP_INFO_???", {
    {0, "INET_ULP_INFO_UNSPEC"},
    {1, "INET_ULP_INFO_NAME"},
    {2, "INET_ULP_INFO_TLS"},
    {3, "INET_ULP_INFO_MPTCP"},
}};

inline constexpr enum_table tls_info_attributes{"TLS_INFO_???", {
    {0, "TLS_INFO_UNSPEC"},
    {1, "TLS_INFO_VERSION"},
    {2, "TLS_INFO_CIPHER"},
    {3, "TLS_INFO_TXCONF"},
    {4, "TLS_INFO_RXCONF"},
    {5, "TLS_INFO_ZC_RO_TX"},
    {6, "TLS_INFO_RX_NO_PAD"},
    {7, "TLS_INFO_TX_MAX_PAYLOAD_LEN"},
}};

inline constexpr enum_table tls_configurations{"TLS_CONF_???", {
    {1, "TLS_CONF_BASE"},
    {2, "TLS_CONF_SW"},
    {3, "TLS_CONF_HW"},
    {4, "TLS_CONF_HW_RECORD"},
}};

inline constexpr enum_table mptcp_subflow_attributes{"MPTCP_SUBFLOW_ATTR_???", {
    {0, "MPTCP_SUBFLOW_ATTR_UNSPEC"},
    {1, "MPTCP_SUBFLOW_ATTR_TOKEN_REM"},
    {2, "MPTCP_SUBFLOW_ATTR_TOKEN_LOC"},
    {3, "MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ"},
    {4, "MPTCP_SUBFLOW_ATTR_MAP_SEQ"},
    {5, "MPTCP_SUBFLOW_ATTR_MAP_SFSEQ"},
    {6, "MPTCP_SUBFLOW_ATTR_SSN_OFFSET"},
    {7, "MPTCP_SUBFLOW_ATTR_MAP_DATALEN"},
    {8, "MPTCP_SUBFLOW_ATTR_FLAGS"},
    {9, "MPTCP_SUBFLOW_ATTR_ID_REM"},
    {10, "MPTCP_SUBFLOW_ATTR_ID_LOC"},
    {11, "MPTCP_SUBFLOW_ATTR_PAD"},
}};

inline constexpr flag_table mptcp_subflow_flags{"MPTCP_SUBFLOW_FLAG_???", {
    {0x1, "MPTCP_SUBFLOW_FLAG_MCAP_REM"},
    {0x2, "MPTCP_SUBFLOW_FLAG_MCAP_LOC"},
    {0x4, "MPTCP_SUBFLOW_FLAG_JOIN_REM"},
    {0x8, "MPTCP_SUBFLOW_FLAG_JOIN_LOC"},
    {0x10, "MPTCP_SUBFLOW_FLAG_BKUP_REM"},
    {0x20, "MPTCP_SUBFLOW_FLAG_BKUP_LOC"},
    {0x40, "MPTCP_SUBFLOW_FLAG_FULLY_ESTABLISHED"},
    {0x80, "MPTCP_SUBFLOW_FLAG_CONNECTED"},
    {0x100, "MPTCP_SUBFLOW_FLAG_MAPVALID"},
}};

inline constexpr enum_table socket_storage_attributes{"SK_DIAG_BPF_STORAGE_???", {
    {0, "SK_DIAG_BPF_STORAGE_NONE"},
    {1, "SK_DIAG_BPF_STORAGE_PAD"},
    {2, "SK_DIAG_BPF_STORAGE_MAP_ID"},
    {3, "SK_DIAG_BPF_STORAGE_MAP_VALUE"},
}};

inline constexpr enum_table socket_storage_reply_attributes{"SK_DIAG_BPF_STORAGE_REP_???", {
    {0, "SK_DIAG_BPF_STORAGE_REP_NONE"},
    {1, "SK_DIAG_BPF_STORAGE"},
}};

inline constexpr flag_table socket_shutdown_masks{"???_SHUTDOWN", {
    {0x1, "RCV_SHUTDOWN"},
    {0x2, "SEND_SHUTDOWN"},
}};

inline constexpr enum_table smc_states{"SMC_???", {
    {1, "SMC_ACTIVE"},
    {2, "SMC_INIT"},
    {7, "SMC_CLOSED"},
    {10, "SMC_LISTEN"},
    {20, "SMC_PEERCLOSEWAIT1"},
    {21, "SMC_PEERCLOSEWAIT2"},
    {22, "SMC_APPCLOSEWAIT1"},
    {23, "SMC_APPCLOSEWAIT2"},
    {24, "SMC_APPFINCLOSEWAIT"},
    {25, "SMC_PEERFINCLOSEWAIT"},
    {26, "SMC_PEERABORTWAIT"},
    {27, "SMC_PROCESSABORT"},
}};

inline constexpr enum_table smc_roles{"SMC_???", {
    {0, "SMC_CLNT"},
    {1, "SMC_SERV"},
}};

inline constexpr enum_table smc_modes{"SMC_DIAG_MODE_???", {
    {0, "SMC_DIAG_MODE_SMCR"},
    {1, "SMC_DIAG_MODE_FALLBACK_TCP"},
    {2, "SMC_DIAG_MODE_SMCD"},
}};

inline constexpr enum_table smc_decline_codes{"SMC_CLC_DECL_???", {
    {0x1010000, "SMC_CLC_DECL_MEM"},
    {0x2010000, "SMC_CLC_DECL_TIMEOUT_CL"},
    {0x2020000, "SMC_CLC_DECL_TIMEOUT_AL"},
    {0x3000000, "SMC_CLC_DECL_CNFERR"},
    {0x3010000, "SMC_CLC_DECL_PEERNOSMC"},
    {0x3020000, "SMC_CLC_DECL_IPSEC"},
    {0x3030000, "SMC_CLC_DECL_NOSMCDEV"},
    {0x3040000, "SMC_CLC_DECL_MODEUNSUPP"},
    {0x3050000, "SMC_CLC_DECL_RMBE_EC"},
    {0x3060000, "SMC_CLC_DECL_OPTUNSUPP"},
    {0x4000000, "SMC_CLC_DECL_SYNCERR"},
    {0x5000000, "SMC_CLC_DECL_PEERDECL"},
    {0x99990000, "SMC_CLC_DECL_INTERR"},
    {0x99990001, "SMC_CLC_DECL_ERR_RTOK"},
    {0x99990002, "SMC_CLC_DECL_ERR_RDYLNK"},
    {0x99990003, "SMC_CLC_DECL_ERR_REGRMB"},
}};

/// Indices of the array in the attribute IFLA_INET_CONF, which begin with 0: the constants IPV4_DEVCONF_* minus 1.
inline constexpr enum_table inet_devconf_indices{"IPV4_DEVCONF_???", {
    {0, "IPV4_DEVCONF_FORWARDING-1"},
    {1, "IPV4_DEVCONF_MC_FORWARDING-1"},
    {2, "IPV4_DEVCONF_PROXY_ARP-1"},
    {3, "IPV4_DEVCONF_ACCEPT_REDIRECTS-1"},
    {4, "IPV4_DEVCONF_SECURE_REDIRECTS-1"},
    {5, "IPV4_DEVCONF_SEND_REDIRECTS-1"},
    {6, "IPV4_DEVCONF_SHARED_MEDIA-1"},
    {7, "IPV4_DEVCONF_RP_FILTER-1"},
    {8, "IPV4_DEVCONF_ACCEPT_SOURCE_ROUTE-1"},
    {9, "IPV4_DEVCONF_BOOTP_RELAY-1"},
    {10, "IPV4_DEVCONF_LOG_MARTIANS-1"},
    {11, "IPV4_DEVCONF_TAG-1"},
    {12, "IPV4_DEVCONF_ARPFILTER-1"},
    {13, "IPV4_DEVCONF_MEDIUM_ID-1"},
    {14, "IPV4_DEVCONF_NOXFRM-1"},
    {15, "IPV4_DEVCONF_NOPOLICY-1"},
    {16, "IPV4_DEVCONF_FORCE_IGMP_VERSION-1"},
    {17, "IPV4_DEVCONF_ARP_ANNOUNCE-1"},
    {18, "IPV4_DEVCONF_ARP_IGNORE-1"},
    {19, "IPV4_DEVCONF_PROMOTE_SECONDARIES-1"},
    {20, "IPV4_DEVCONF_ARP_ACCEPT-1"},
    {21, "IPV4_DEVCONF_ARP_NOTIFY-1"},
    {22, "IPV4_DEVCONF_ACCEPT_LOCAL-1"},
    {23, "IPV4_DEVCONF_SRC_VMARK-1"},
    {24, "IPV4_DEVCONF_PROXY_ARP_PVLAN-1"},
    {25, "IPV4_DEVCONF_ROUTE_LOCALNET-1"},
    {26, "IPV4_DEVCONF_IGMPV2_UNSOLICITED_REPORT_INTERVAL-1"},
    {27, "IPV4_DEVCONF_IGMPV3_UNSOLICITED_REPORT_INTERVAL-1"},
    {28, "IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN-1"},
    {29, "IPV4_DEVCONF_DROP_UNICAST_IN_L2_MULTICAST-1"},
    {30, "IPV4_DEVCONF_DROP_GRATUITOUS_ARP-1"},
    {31, "IPV4_DEVCONF_BC_FORWARDING-1"},
    {32, "IPV4_DEVCONF_ARP_EVICT_NOCARRIER-1"},
}};

inline constexpr enum_table tun_device_types{"IFF_???", {
    {1, "IFF_TUN"},
    {2, "IFF_TAP"},
}};

inline constexpr enum_table address_protocols{"IFAPROT_???", {
    {0, "IFAPROT_UNSPEC"},
    {1, "IFAPROT_KERNEL_LO"},
    {2, "IFAPROT_KERNEL_RA"},
    {3, "IFAPROT_KERNEL_LL"},
}};

inline constexpr enum_table address_lifetimes{"", {
    {0xffffffff, "INFINITY_LIFE_TIME"},
}};

inline constexpr enum_table netlink_states{"NETLINK_???", {
    {0, "NETLINK_UNCONNECTED"},
    {1, "NETLINK_CONNECTED"},
    {7, "TCP_CLOSE"},
}};

inline constexpr enum_table netlink_all_protocols{"NETLINK_???", {
    {255, "NDIAG_PROTO_ALL"},
}};

inline constexpr flag_table inet_diag_extensions{"1<<INET_DIAG_??" "?-1", {   // two literals, because "??-" is a trigraph before C++17
    {1 << 0, "1<<(INET_DIAG_MEMINFO-1)"},
    {1 << 1, "1<<(INET_DIAG_INFO-1)"},
    {1 << 2, "1<<(INET_DIAG_VEGASINFO-1)"},
    {1 << 3, "1<<(INET_DIAG_CONG-1)"},
    {1 << 4, "1<<(INET_DIAG_TOS-1)"},
    {1 << 5, "1<<(INET_DIAG_TCLASS-1)"},
    {1 << 6, "1<<(INET_DIAG_SKMEMINFO-1)"},
    {1 << 7, "1<<(INET_DIAG_SHUTDOWN-1)"},
}};

inline constexpr flag_table smc_diag_extensions{"1<<SMC_DIAG_??" "?-1", {
    {1 << 0, "1<<(SMC_DIAG_CONNINFO-1)"},
    {1 << 1, "1<<(SMC_DIAG_LGRINFO-1)"},
}};

inline constexpr enum_table generic_operation_attributes{"CTRL_ATTR_OP_???", {
    {0, "CTRL_ATTR_OP_UNSPEC"},
    {1, "CTRL_ATTR_OP_ID"},
    {2, "CTRL_ATTR_OP_FLAGS"},
}};

inline constexpr flag_table generic_operation_flags{"GENL_???", {
    {1, "GENL_ADMIN_PERM"},
    {2, "GENL_CMD_CAP_DO"},
    {4, "GENL_CMD_CAP_DUMP"},
    {8, "GENL_CMD_CAP_HASPOL"},
    {16, "GENL_UNS_ADMIN_PERM"},
}};

inline constexpr enum_table generic_group_attributes{"CTRL_ATTR_MCAST_GRP_???", {
    {0, "CTRL_ATTR_MCAST_GRP_UNSPEC"},
    {1, "CTRL_ATTR_MCAST_GRP_NAME"},
    {2, "CTRL_ATTR_MCAST_GRP_ID"},
}};

inline constexpr enum_table generic_policy_attributes{"CTRL_ATTR_POLICY_???", {
    {0, "CTRL_ATTR_POLICY_UNSPEC"},
    {1, "CTRL_ATTR_POLICY_DO"},
    {2, "CTRL_ATTR_POLICY_DUMP"},
}};

inline constexpr enum_table policy_types{"NL_ATTR_TYPE_???", {
    {0, "NL_ATTR_TYPE_INVALID"},
    {1, "NL_ATTR_TYPE_FLAG"},
    {2, "NL_ATTR_TYPE_U8"},
    {3, "NL_ATTR_TYPE_U16"},
    {4, "NL_ATTR_TYPE_U32"},
    {5, "NL_ATTR_TYPE_U64"},
    {6, "NL_ATTR_TYPE_S8"},
    {7, "NL_ATTR_TYPE_S16"},
    {8, "NL_ATTR_TYPE_S32"},
    {9, "NL_ATTR_TYPE_S64"},
    {10, "NL_ATTR_TYPE_BINARY"},
    {11, "NL_ATTR_TYPE_STRING"},
    {12, "NL_ATTR_TYPE_NUL_STRING"},
    {13, "NL_ATTR_TYPE_NESTED"},
    {14, "NL_ATTR_TYPE_NESTED_ARRAY"},
    {15, "NL_ATTR_TYPE_BITFIELD32"},
    {16, "NL_ATTR_TYPE_SINT"},
    {17, "NL_ATTR_TYPE_UINT"},
}};

inline constexpr enum_table policy_attributes{"NL_POLICY_TYPE_ATTR_???", {
    {0, "NL_POLICY_TYPE_ATTR_UNSPEC"},
    {1, "NL_POLICY_TYPE_ATTR_TYPE"},
    {2, "NL_POLICY_TYPE_ATTR_MIN_VALUE_S"},
    {3, "NL_POLICY_TYPE_ATTR_MAX_VALUE_S"},
    {4, "NL_POLICY_TYPE_ATTR_MIN_VALUE_U"},
    {5, "NL_POLICY_TYPE_ATTR_MAX_VALUE_U"},
    {6, "NL_POLICY_TYPE_ATTR_MIN_LENGTH"},
    {7, "NL_POLICY_TYPE_ATTR_MAX_LENGTH"},
    {8, "NL_POLICY_TYPE_ATTR_POLICY_IDX"},
    {9, "NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE"},
    {10, "NL_POLICY_TYPE_ATTR_BITFIELD32_MASK"},
    {11, "NL_POLICY_TYPE_ATTR_PAD"},
    {12, "NL_POLICY_TYPE_ATTR_MASK"},
}};

} // namespace cotrace::uapi::names
