// SPDX-License-Identifier: BSL-1.0
// What socket addresses hold beside numbers: MCTP, NFC, 802.15.4, Bluetooth, QRTR, RxRPC.
// Up to Linux 6.18, by number: names.hpp says why.
#pragma once

#include <cotrace/abi/named_values.hpp>

namespace cotrace::abi::names {

inline constexpr enum_table mctp_networks{"MCTP_NET_???", {
    {0, "MCTP_NET_ANY"},
}};

inline constexpr enum_table mctp_addresses{"MCTP_ADDR_???", {
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

} // namespace cotrace::abi::names
