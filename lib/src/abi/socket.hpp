// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "abi/common.hpp"

/// Socket addresses by family, and the names that go with them.
namespace cotrace::abi {

inline constexpr enum_table address_families{"AF_???", {
    {0, "AF_UNSPEC"},
    {1, "AF_UNIX"},
    {2, "AF_INET"},
    {3, "AF_AX25"},
    {4, "AF_IPX"},
    {5, "AF_APPLETALK"},
    {6, "AF_NETROM"},
    {7, "AF_BRIDGE"},
    {8, "AF_ATMPVC"},
    {9, "AF_X25"},
    {10, "AF_INET6"},
    {11, "AF_ROSE"},
    {12, "AF_DECnet"},
    {13, "AF_NETBEUI"},
    {14, "AF_SECURITY"},
    {15, "AF_KEY"},
    {16, "AF_NETLINK"},
    {17, "AF_PACKET"},
    {18, "AF_ASH"},
    {19, "AF_ECONET"},
    {20, "AF_ATMSVC"},
    {21, "AF_RDS"},
    {22, "AF_SNA"},
    {23, "AF_IRDA"},
    {24, "AF_PPPOX"},
    {25, "AF_WANPIPE"},
    {26, "AF_LLC"},
    {27, "AF_IB"},
    {28, "AF_MPLS"},
    {29, "AF_CAN"},
    {30, "AF_TIPC"},
    {31, "AF_BLUETOOTH"},
    {32, "AF_IUCV"},
    {33, "AF_RXRPC"},
    {34, "AF_ISDN"},
    {35, "AF_PHONET"},
    {36, "AF_IEEE802154"},
    {37, "AF_CAIF"},
    {38, "AF_ALG"},
    {39, "AF_NFC"},
    {40, "AF_VSOCK"},
    {41, "AF_KCM"},
    {42, "AF_QIPCRTR"},
    {43, "AF_SMC"},
    {44, "AF_XDP"},
    {45, "AF_MCTP"},
}};

inline constexpr enum_table socket_levels{"SOL_???", {
    {0, "SOL_IP"},
    {1, "SOL_SOCKET"},
    {6, "SOL_TCP"},
    {17, "SOL_UDP"},
    {41, "SOL_IPV6"},
    {58, "SOL_ICMPV6"},
    {132, "SOL_SCTP"},
    {136, "SOL_UDPLITE"},
    {255, "SOL_RAW"},
    {263, "SOL_PACKET"},
    {270, "SOL_NETLINK"},
    {273, "SOL_RXRPC"},
    {279, "SOL_ALG"},
    {282, "SOL_TLS"},
    {283, "SOL_XDP"},
    {284, "SOL_MPTCP"},
    {285, "SOL_MCTP"},
    {287, "SOL_VSOCK"},
}};

inline constexpr enum_table ethernet_protocols{"ETH_P_???", {
    {0x0003, "ETH_P_ALL"},
    {0x0800, "ETH_P_IP"},
    {0x0806, "ETH_P_ARP"},
    {0x8035, "ETH_P_RARP"},
    {0x8100, "ETH_P_8021Q"},
    {0x86dd, "ETH_P_IPV6"},
}};

inline constexpr auto const& family_type = as::one_of<address_families, width::u16>;
inline constexpr type unix_path_type = {.shape = shape::unix_path, .length = exactly(108)};

inline constexpr structure sockaddr_unix{{{"sa_family", family_type}, {"sun_path", unix_path_type}}};
inline constexpr structure sockaddr_unnamed{{{"sa_family", family_type}}};
inline constexpr structure sockaddr_inet{{
    {"sa_family", family_type},
    {"sin_port", as::port},
    {"sin_addr", as::inet4},
}};
inline constexpr structure sockaddr_inet6{{
    {"sa_family", family_type},
    {"sin6_port", as::port},
    {"sin6_flowinfo", as::net32},
    {"sin6_addr", as::inet6},
    {"sin6_scope_id", as::uint32},
}};
inline constexpr type group_mask = {.shape = shape::padded_hex, .width = width::u32};
inline constexpr structure sockaddr_netlink{{
    {"sa_family", family_type},
    {"", as::uint16, shown::never},
    {"nl_pid", as::process_id},
    {"nl_groups", group_mask},
}};
inline constexpr structure sockaddr_vsock{{
    {"sa_family", family_type},
    {"", as::uint16, shown::never, 9},
    {"svm_port", as::hex32, shown::always, 2},
    {"svm_cid", as::hex32, shown::always, 1},
}};
inline constexpr structure sockaddr_raw{{
    {"sa_family", family_type},
    {"sa_data", as::characters_in<14>},
}};

struct sockaddr_choice {
    std::uint16_t family;
    type const*   as;
};
inline constexpr sockaddr_choice sockaddr_types[] = {
    {1, &sockaddr_unix}, {2, &sockaddr_inet}, {10, &sockaddr_inet6}, {16, &sockaddr_netlink}, {40, &sockaddr_vsock},
};

inline constexpr enum_table control_types{"SCM_???", {
    {1, "SCM_RIGHTS"},
    {2, "SCM_CREDENTIALS"},
    {3, "SCM_SECURITY"},
    {4, "SCM_PIDFD"},
    {29, "SO_TIMESTAMP_OLD"},
    {35, "SO_TIMESTAMPNS_OLD"},
    {37, "SO_TIMESTAMPING_OLD"},
}};
inline constexpr structure credentials{{{"pid", as::process_id}, {"uid", as::user_id}, {"gid", as::user_id}}};

/// struct cmsghdr, and what follows it.
inline constexpr structure control_header{{
    {"cmsg_len", as::size},
    {"cmsg_level", as::one_of<socket_levels>},
    {"cmsg_type", as::one_of<control_types>},
}};
inline constexpr auto const& control_list = as::array<control_header, exactly(1)>;
inline constexpr auto const& control_bytes = as::hex_bytes<exactly(1)>;

} // namespace cotrace::abi
