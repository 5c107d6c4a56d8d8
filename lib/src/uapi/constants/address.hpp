// SPDX-License-Identifier: BSL-1.0
// Names of constants in socket addresses (MCTP, NFC, Bluetooth, TIPC and others), of some socket options, and of the calls of
// socketcall(2). The tables contain the names up to Linux 6.18.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr enum_table mctp_networks{"", {
    {0, "MCTP_NET_ANY"},
}};

inline constexpr enum_table mctp_addresses{"", {
    {0, "MCTP_ADDR_NULL"},
    {255, "MCTP_ADDR_ANY"},
}};

inline constexpr enum_table qrtr_nodes{"", {
    {0xffffffff, "QRTR_NODE_BCAST"},
}};

inline constexpr enum_table qrtr_ports{"", {
    {0xfffffffe, "QRTR_PORT_CTRL"},
}};

inline constexpr enum_table nfc_targets{"NFC_PROTO_???", {
    {1, "NFC_PROTO_JEWEL"},
    {2, "NFC_PROTO_MIFARE"},
    {3, "NFC_PROTO_FELICA"},
    {4, "NFC_PROTO_ISO14443"},
    {5, "NFC_PROTO_NFC_DEP"},
    {6, "NFC_PROTO_ISO14443_B"},
    {7, "NFC_PROTO_ISO15693"},
}};

inline constexpr enum_table ieee802154_address_types{"IEEE802154_ADDR_???", {
    {0, "IEEE802154_ADDR_NONE"},
    {2, "IEEE802154_ADDR_SHORT"},
    {3, "IEEE802154_ADDR_LONG"},
}};

inline constexpr enum_table ieee802154_panids{"", {
    {0xffff, "IEEE802154_PANID_BROADCAST"},
}};

inline constexpr enum_table ieee802154_short_addresses{"", {
    {0xfffe, "IEEE802154_ADDR_UNDEF"},
    {0xffff, "IEEE802154_ADDR_BROADCAST"},
}};

inline constexpr enum_table l2cap_ports{"L2CAP_PSM_???", {
    {1, "L2CAP_PSM_SDP"},
    {3, "L2CAP_PSM_RFCOMM"},
    {33, "L2CAP_PSM_3DSP"},
    {35, "L2CAP_PSM_IPSP"},
    {128, "L2CAP_PSM_LE_DYN_START"},
    {255, "L2CAP_PSM_LE_DYN_END"},
    {0x1001, "L2CAP_PSM_DYN_START"},
    {0x10ff, "L2CAP_PSM_AUTO_END"},
    {0xffff, "L2CAP_PSM_DYN_END"},
}};

inline constexpr enum_table l2cap_channels{"L2CAP_CID_???", {
    {1, "L2CAP_CID_SIGNALING"},
    {2, "L2CAP_CID_CONN_LESS"},
    {3, "L2CAP_CID_A2MP"},
    {4, "L2CAP_CID_ATT"},
    {5, "L2CAP_CID_LE_SIGNALING"},
    {6, "L2CAP_CID_SMP"},
    {7, "L2CAP_CID_SMP_BREDR"},
    {64, "L2CAP_CID_DYN_START"},
    {127, "L2CAP_CID_LE_DYN_END"},
    {0xffff, "L2CAP_CID_DYN_END"},
}};

/// The names of ranges of numbers: `value` is the first number of a range, and `mask` is the last number.
inline constexpr named_value l2cap_port_ranges[] = {
    {128, "L2CAP_PSM_LE_DYN_START", 255},
    {0x1001, "L2CAP_PSM_DYN_START", 0xffff},
};
inline constexpr name_table l2cap_port_range_table{l2cap_port_ranges, 2, false, {}};

inline constexpr named_value l2cap_channel_ranges[] = {
    {64, "L2CAP_CID_DYN_START", 0xffff},
};
inline constexpr name_table l2cap_channel_range_table{l2cap_channel_ranges, 1, false, {}};

inline constexpr enum_table llcp_access_points{"", {
    {1, "LLCP_SAP_SDP"},
    {2, "LLCP_SAP_IP"},
    {3, "LLCP_SAP_OBEX"},
    {4, "LLCP_SAP_SNEP"},
    {255, "LLCP_SAP_MAX"},
}};

// The options of IPX sockets. Linux no longer has these sockets, but strace still shows the names of the options.
inline constexpr enum_table ipx_options{"IPX_???", {
    {1, "IPX_TYPE"},
}};

inline constexpr enum_table ax25_options{"AX25_???", {
    {1, "AX25_WINDOW"},
    {2, "AX25_T1"},
    {3, "AX25_N2"},
    {4, "AX25_T3"},
    {5, "AX25_T2"},
    {6, "AX25_BACKOFF"},
    {7, "AX25_EXTSEQ"},
    {8, "AX25_PIDINCL"},
    {9, "AX25_IDLE"},
    {10, "AX25_PACLEN"},
    {12, "AX25_IAMDIGI"},
    {25, "SO_BINDTODEVICE"},
}};

// The options of IrDA sockets. Linux no longer has these sockets, but strace still shows the names of the options.
inline constexpr enum_table irda_options{"IRLMP_???", {
    {1, "IRLMP_ENUMDEVICES"},
    {2, "IRLMP_IAS_SET"},
    {3, "IRLMP_IAS_QUERY"},
    {4, "IRLMP_HINTS_SET"},
    {5, "IRLMP_QOS_SET"},
    {6, "IRLMP_QOS_GET"},
    {7, "IRLMP_MAX_SDU_SIZE"},
    {8, "IRLMP_IAS_GET"},
    {9, "IRLMP_IAS_DEL"},
    {10, "IRLMP_HINT_MASK_SET"},
    {11, "IRLMP_WAITDEVICE"},
}};

inline constexpr enum_table iucv_options{"SO_???", {
    {0x80, "SO_IPRMDATA_MSG"},
    {0x800, "SO_MSGSIZE"},
    {0x1000, "SO_MSGLIMIT"},
}};

inline constexpr enum_table rxrpc_services{"???_SERVICE", {
    {1, "CM_SERVICE"},
    {2500, "YFS_FS_SERVICE"},
    {2501, "YFS_CM_SERVICE"},
    {2503, "YFS_VL_SERVICE"},
}};

inline constexpr enum_table tipc_address_types{"TIPC_???", {
    {1, "TIPC_SERVICE_RANGE"},
    {2, "TIPC_SERVICE_ADDR"},
    {3, "TIPC_SOCKET_ADDR"},
}};

inline constexpr flag_table tipc_group_flags{"TIPC_GROUP_???", {
    {1, "TIPC_GROUP_LOOPBACK"},
    {2, "TIPC_GROUP_MEMBER_EVTS"},
}};

inline constexpr enum_table tipc_importances{"TIPC_???_IMPORTANCE", {
    {0, "TIPC_LOW_IMPORTANCE"},
    {1, "TIPC_MEDIUM_IMPORTANCE"},
    {2, "TIPC_HIGH_IMPORTANCE"},
    {3, "TIPC_CRITICAL_IMPORTANCE"},
}};

inline constexpr flag_table tcp_authentication_key_flags{"TCP_AO_KEYF_???", {
    {1, "TCP_AO_KEYF_IFINDEX"},
    {2, "TCP_AO_KEYF_EXCLUDE_OPT"},
}};

inline constexpr enum_table tipc_scopes{"TIPC_???_SCOPE", {
    {2, "TIPC_CLUSTER_SCOPE"},
    {3, "TIPC_NODE_SCOPE"},
}};

inline constexpr enum_table socket_calls{"SYS_???", {
    {1, "SYS_SOCKET"},
    {2, "SYS_BIND"},
    {3, "SYS_CONNECT"},
    {4, "SYS_LISTEN"},
    {5, "SYS_ACCEPT"},
    {6, "SYS_GETSOCKNAME"},
    {7, "SYS_GETPEERNAME"},
    {8, "SYS_SOCKETPAIR"},
    {9, "SYS_SEND"},
    {10, "SYS_RECV"},
    {11, "SYS_SENDTO"},
    {12, "SYS_RECVFROM"},
    {13, "SYS_SHUTDOWN"},
    {14, "SYS_SETSOCKOPT"},
    {15, "SYS_GETSOCKOPT"},
    {16, "SYS_SENDMSG"},
    {17, "SYS_RECVMSG"},
    {18, "SYS_ACCEPT4"},
    {19, "SYS_RECVMMSG"},
    {20, "SYS_SENDMMSG"},
}};

} // namespace cotrace::uapi::names
