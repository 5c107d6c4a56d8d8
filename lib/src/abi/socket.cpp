// SPDX-License-Identifier: BSL-1.0
// Calls about sockets.
#include "abi/socket.hpp"

#include "abi/custom.hpp"
#include "abi/topics.hpp"

namespace cotrace::abi {
namespace {

using namespace as;

constexpr flag_table socket_types{"SOCK_???", {
    {1, "SOCK_STREAM", 0xf},
    {2, "SOCK_DGRAM", 0xf},
    {3, "SOCK_RAW", 0xf},
    {4, "SOCK_RDM", 0xf},
    {5, "SOCK_SEQPACKET", 0xf},
    {6, "SOCK_DCCP", 0xf},
    {10, "SOCK_PACKET", 0xf},
    {02000000, "SOCK_CLOEXEC"},
    {04000, "SOCK_NONBLOCK"},
}};

constexpr flag_table accept_flags{"SOCK_???", {
    {02000000, "SOCK_CLOEXEC"},
    {04000, "SOCK_NONBLOCK"},
}};

constexpr enum_table inet_protocols{"IPPROTO_???", {
    {0, "IPPROTO_IP"},
    {1, "IPPROTO_ICMP"},
    {2, "IPPROTO_IGMP"},
    {4, "IPPROTO_IPIP"},
    {6, "IPPROTO_TCP"},
    {8, "IPPROTO_EGP"},
    {12, "IPPROTO_PUP"},
    {17, "IPPROTO_UDP"},
    {22, "IPPROTO_IDP"},
    {29, "IPPROTO_TP"},
    {33, "IPPROTO_DCCP"},
    {41, "IPPROTO_IPV6"},
    {43, "IPPROTO_ROUTING"},
    {44, "IPPROTO_FRAGMENT"},
    {46, "IPPROTO_RSVP"},
    {47, "IPPROTO_GRE"},
    {50, "IPPROTO_ESP"},
    {51, "IPPROTO_AH"},
    {58, "IPPROTO_ICMPV6"},
    {59, "IPPROTO_NONE"},
    {60, "IPPROTO_DSTOPTS"},
    {92, "IPPROTO_MTP"},
    {94, "IPPROTO_BEETPH"},
    {98, "IPPROTO_ENCAP"},
    {103, "IPPROTO_PIM"},
    {108, "IPPROTO_COMP"},
    {115, "IPPROTO_L2TP"},
    {132, "IPPROTO_SCTP"},
    {136, "IPPROTO_UDPLITE"},
    {137, "IPPROTO_MPLS"},
    {143, "IPPROTO_ETHERNET"},
    {255, "IPPROTO_RAW"},
    {262, "IPPROTO_MPTCP"},
}};

constexpr enum_table netlink_protocols{"NETLINK_???", {
    {0, "NETLINK_ROUTE"},
    {1, "NETLINK_UNUSED"},
    {2, "NETLINK_USERSOCK"},
    {3, "NETLINK_FIREWALL"},
    {4, "NETLINK_SOCK_DIAG"},
    {5, "NETLINK_NFLOG"},
    {6, "NETLINK_XFRM"},
    {7, "NETLINK_SELINUX"},
    {8, "NETLINK_ISCSI"},
    {9, "NETLINK_AUDIT"},
    {10, "NETLINK_FIB_LOOKUP"},
    {11, "NETLINK_CONNECTOR"},
    {12, "NETLINK_NETFILTER"},
    {13, "NETLINK_IP6_FW"},
    {14, "NETLINK_DNRTMSG"},
    {15, "NETLINK_KOBJECT_UEVENT"},
    {16, "NETLINK_GENERIC"},
    {18, "NETLINK_SCSITRANSPORT"},
    {19, "NETLINK_ECRYPTFS"},
    {20, "NETLINK_RDMA"},
    {21, "NETLINK_CRYPTO"},
    {22, "NETLINK_SMC"},
}};

constexpr choice_case protocols_by_family[] = {
    {2, one_of<inet_protocols>},
    {10, one_of<inet_protocols>},
    {16, one_of<netlink_protocols>},
};
constexpr auto const& protocol = chosen<argument(0), protocols_by_family, uint32>;

constexpr flag_table message_flags{"MSG_???", {
    {0x1, "MSG_OOB"},
    {0x2, "MSG_PEEK"},
    {0x4, "MSG_DONTROUTE"},
    {0x8, "MSG_CTRUNC"},
    {0x10, "MSG_PROBE"},
    {0x20, "MSG_TRUNC"},
    {0x40, "MSG_DONTWAIT"},
    {0x80, "MSG_EOR"},
    {0x100, "MSG_WAITALL"},
    {0x200, "MSG_FIN"},
    {0x400, "MSG_SYN"},
    {0x800, "MSG_CONFIRM"},
    {0x1000, "MSG_RST"},
    {0x2000, "MSG_ERRQUEUE"},
    {0x4000, "MSG_NOSIGNAL"},
    {0x8000, "MSG_MORE"},
    {0x10000, "MSG_WAITFORONE"},
    {0x20000, "MSG_SENDPAGE_NOTLAST"},
    {0x40000, "MSG_BATCH"},
    {0x80000, "MSG_NO_SHARED_FRAGS"},
    {0x2000000, "MSG_SOCK_DEVMEM"},
    {0x4000000, "MSG_ZEROCOPY"},
    {0x20000000, "MSG_FASTOPEN"},
    {0x40000000, "MSG_CMSG_CLOEXEC"},
    {0x80000000, "MSG_CMSG_COMPAT"},
}};

constexpr enum_table shutdown_modes{"SHUT_???", {
    {0, "SHUT_RD"},
    {1, "SHUT_WR"},
    {2, "SHUT_RDWR"},
}};

constexpr enum_table socket_options{"SO_???", {
    {1, "SO_DEBUG"},
    {2, "SO_REUSEADDR"},
    {3, "SO_TYPE"},
    {4, "SO_ERROR"},
    {5, "SO_DONTROUTE"},
    {6, "SO_BROADCAST"},
    {7, "SO_SNDBUF"},
    {8, "SO_RCVBUF"},
    {9, "SO_KEEPALIVE"},
    {10, "SO_OOBINLINE"},
    {11, "SO_NO_CHECK"},
    {12, "SO_PRIORITY"},
    {13, "SO_LINGER"},
    {14, "SO_BSDCOMPAT"},
    {15, "SO_REUSEPORT"},
    {16, "SO_PASSCRED"},
    {17, "SO_PEERCRED"},
    {18, "SO_RCVLOWAT"},
    {19, "SO_SNDLOWAT"},
    {20, "SO_RCVTIMEO_OLD"},
    {21, "SO_SNDTIMEO_OLD"},
    {25, "SO_BINDTODEVICE"},
    {26, "SO_ATTACH_FILTER"},
    {27, "SO_DETACH_FILTER"},
    {28, "SO_PEERNAME"},
    {29, "SO_TIMESTAMP_OLD"},
    {30, "SO_ACCEPTCONN"},
    {31, "SO_PEERSEC"},
    {32, "SO_SNDBUFFORCE"},
    {33, "SO_RCVBUFFORCE"},
    {34, "SO_PASSSEC"},
    {35, "SO_TIMESTAMPNS_OLD"},
    {36, "SO_MARK"},
    {37, "SO_TIMESTAMPING_OLD"},
    {38, "SO_PROTOCOL"},
    {39, "SO_DOMAIN"},
    {40, "SO_RXQ_OVFL"},
    {41, "SO_WIFI_STATUS"},
    {42, "SO_PEEK_OFF"},
    {43, "SO_NOFCS"},
    {44, "SO_LOCK_FILTER"},
    {45, "SO_SELECT_ERR_QUEUE"},
    {46, "SO_BUSY_POLL"},
    {47, "SO_MAX_PACING_RATE"},
    {48, "SO_BPF_EXTENSIONS"},
    {49, "SO_INCOMING_CPU"},
    {50, "SO_ATTACH_BPF"},
    {51, "SO_ATTACH_REUSEPORT_CBPF"},
    {52, "SO_ATTACH_REUSEPORT_EBPF"},
    {53, "SO_CNX_ADVICE"},
    {55, "SO_MEMINFO"},
    {56, "SO_INCOMING_NAPI_ID"},
    {57, "SO_COOKIE"},
    {59, "SO_PEERGROUPS"},
    {60, "SO_ZEROCOPY"},
    {61, "SO_TXTIME"},
    {62, "SO_BINDTOIFINDEX"},
    {63, "SO_TIMESTAMP_NEW"},
    {64, "SO_TIMESTAMPNS_NEW"},
    {65, "SO_TIMESTAMPING_NEW"},
    {66, "SO_RCVTIMEO_NEW"},
    {67, "SO_SNDTIMEO_NEW"},
    {68, "SO_DETACH_REUSEPORT_BPF"},
    {69, "SO_PREFER_BUSY_POLL"},
    {70, "SO_BUSY_POLL_BUDGET"},
    {71, "SO_NETNS_COOKIE"},
    {72, "SO_BUF_LOCK"},
    {73, "SO_RESERVE_MEM"},
    {74, "SO_TXREHASH"},
    {75, "SO_RCVMARK"},
    {76, "SO_PASSPIDFD"},
    {77, "SO_PEERPIDFD"},
}};

constexpr enum_table ip_options{"IP_???", {
    {1, "IP_TOS"},
    {2, "IP_TTL"},
    {3, "IP_HDRINCL"},
    {4, "IP_OPTIONS"},
    {5, "IP_ROUTER_ALERT"},
    {6, "IP_RECVOPTS"},
    {7, "IP_RETOPTS"},
    {8, "IP_PKTINFO"},
    {9, "IP_PKTOPTIONS"},
    {10, "IP_MTU_DISCOVER"},
    {11, "IP_RECVERR"},
    {12, "IP_RECVTTL"},
    {13, "IP_RECVTOS"},
    {14, "IP_MTU"},
    {15, "IP_FREEBIND"},
    {16, "IP_IPSEC_POLICY"},
    {17, "IP_XFRM_POLICY"},
    {18, "IP_PASSSEC"},
    {19, "IP_TRANSPARENT"},
    {20, "IP_RECVORIGDSTADDR"},
    {21, "IP_MINTTL"},
    {22, "IP_NODEFRAG"},
    {23, "IP_CHECKSUM"},
    {24, "IP_BIND_ADDRESS_NO_PORT"},
    {25, "IP_RECVFRAGSIZE"},
    {26, "IP_RECVERR_RFC4884"},
    {32, "IP_MULTICAST_IF"},
    {33, "IP_MULTICAST_TTL"},
    {34, "IP_MULTICAST_LOOP"},
    {35, "IP_ADD_MEMBERSHIP"},
    {36, "IP_DROP_MEMBERSHIP"},
    {49, "IP_MULTICAST_ALL"},
    {50, "IP_UNICAST_IF"},
    {51, "IP_LOCAL_PORT_RANGE"},
}};

constexpr enum_table ipv6_options{"IPV6_???", {
    {1, "IPV6_ADDRFORM"},
    {2, "IPV6_2292PKTINFO"},
    {6, "IPV6_2292PKTOPTIONS"},
    {7, "IPV6_CHECKSUM"},
    {8, "IPV6_2292HOPLIMIT"},
    {16, "IPV6_UNICAST_HOPS"},
    {17, "IPV6_MULTICAST_IF"},
    {18, "IPV6_MULTICAST_HOPS"},
    {19, "IPV6_MULTICAST_LOOP"},
    {20, "IPV6_ADD_MEMBERSHIP"},
    {21, "IPV6_DROP_MEMBERSHIP"},
    {22, "IPV6_ROUTER_ALERT"},
    {23, "IPV6_MTU_DISCOVER"},
    {24, "IPV6_MTU"},
    {25, "IPV6_RECVERR"},
    {26, "IPV6_V6ONLY"},
    {27, "IPV6_JOIN_ANYCAST"},
    {28, "IPV6_LEAVE_ANYCAST"},
    {34, "IPV6_IPSEC_POLICY"},
    {35, "IPV6_XFRM_POLICY"},
    {49, "IPV6_RECVPKTINFO"},
    {50, "IPV6_PKTINFO"},
    {51, "IPV6_RECVHOPLIMIT"},
    {52, "IPV6_HOPLIMIT"},
    {66, "IPV6_RECVTCLASS"},
    {67, "IPV6_TCLASS"},
    {70, "IPV6_AUTOFLOWLABEL"},
    {72, "IPV6_ADDR_PREFERENCES"},
    {78, "IPV6_FREEBIND"},
}};

constexpr enum_table tcp_options{"TCP_???", {
    {1, "TCP_NODELAY"},
    {2, "TCP_MAXSEG"},
    {3, "TCP_CORK"},
    {4, "TCP_KEEPIDLE"},
    {5, "TCP_KEEPINTVL"},
    {6, "TCP_KEEPCNT"},
    {7, "TCP_SYNCNT"},
    {8, "TCP_LINGER2"},
    {9, "TCP_DEFER_ACCEPT"},
    {10, "TCP_WINDOW_CLAMP"},
    {11, "TCP_INFO"},
    {12, "TCP_QUICKACK"},
    {13, "TCP_CONGESTION"},
    {14, "TCP_MD5SIG"},
    {16, "TCP_THIN_LINEAR_TIMEOUTS"},
    {17, "TCP_THIN_DUPACK"},
    {18, "TCP_USER_TIMEOUT"},
    {19, "TCP_REPAIR"},
    {20, "TCP_REPAIR_QUEUE"},
    {21, "TCP_QUEUE_SEQ"},
    {22, "TCP_REPAIR_OPTIONS"},
    {23, "TCP_FASTOPEN"},
    {24, "TCP_TIMESTAMP"},
    {25, "TCP_NOTSENT_LOWAT"},
    {26, "TCP_CC_INFO"},
    {27, "TCP_SAVE_SYN"},
    {28, "TCP_SAVED_SYN"},
    {29, "TCP_REPAIR_WINDOW"},
    {30, "TCP_FASTOPEN_CONNECT"},
    {31, "TCP_ULP"},
    {32, "TCP_MD5SIG_EXT"},
    {33, "TCP_FASTOPEN_KEY"},
    {34, "TCP_FASTOPEN_NO_COOKIE"},
    {35, "TCP_ZEROCOPY_RECEIVE"},
    {36, "TCP_INQ"},
    {37, "TCP_TX_DELAY"},
}};

constexpr enum_table netlink_options{"NETLINK_???", {
    {1, "NETLINK_ADD_MEMBERSHIP"},
    {2, "NETLINK_DROP_MEMBERSHIP"},
    {3, "NETLINK_PKTINFO"},
    {4, "NETLINK_BROADCAST_ERROR"},
    {5, "NETLINK_NO_ENOBUFS"},
    {8, "NETLINK_LISTEN_ALL_NSID"},
    {9, "NETLINK_LIST_MEMBERSHIPS"},
    {10, "NETLINK_CAP_ACK"},
    {11, "NETLINK_EXT_ACK"},
    {12, "NETLINK_GET_STRICT_CHK"},
}};

constexpr choice_case option_names[] = {
    {0, one_of<ip_options>},
    {1, one_of<socket_options>},
    {6, one_of<tcp_options>},
    {41, one_of<ipv6_options>},
    {270, one_of<netlink_options>},
};
constexpr auto const& option = chosen<argument(1), option_names, hex32>;

constexpr structure linger_type{{{"l_onoff", integer}, {"l_linger", integer}}};
constexpr choice_case socket_values_in[] = {{13, in<linger_type>}};
constexpr choice_case socket_values_out[] = {{4, out<error>}, {13, out<linger_type>}, {17, out<credentials>}};
constexpr auto const& plain_value_in = in<as::custom<decode::option_value, direction::in, argument(4)>>;
constexpr auto const& plain_value_out = out<as::custom<decode::option_value, direction::in, pointee(4)>>;
constexpr auto const& socket_value_in = chosen<argument(2), socket_values_in, plain_value_in>;
constexpr auto const& socket_value_out = chosen<argument(2), socket_values_out, plain_value_out>;
constexpr choice_case values_in[] = {{1, socket_value_in}};
constexpr choice_case values_out[] = {{1, socket_value_out}};

template <amount Length>
constexpr auto const& sockaddr_of = as::custom<decode::socket_address, direction::in, Length>;

// msg_control is there only if there is something in it.
constexpr condition with_control{5, false, 0xffffffff, 0};
template <auto const& Iovec>
constexpr structure message{{
    {"msg_name", in<sockaddr_of<member(1)>>},
    {"msg_namelen", integer, shown::changed},
    {"msg_iov", in<as::array<Iovec, member(3)>>},
    {"msg_iovlen", size},
    {"msg_control", in<as::custom<decode::control_messages, direction::in, member(5)>>, shown::always, 0, with_control},
    {"msg_controllen", size},
    {"msg_flags", flags<message_flags>},
}};
// All that a failed recvmsg(2) has to say.
constexpr structure message_failed{{
    {"msg_name", address, shown::never},
    {"msg_namelen", integer},
}};
constexpr auto const& message_in = message<iovec_in>;
constexpr auto const& message_out = message<iovec_out>;

constexpr structure many_in{{{"msg_hdr", message_in}, {"msg_len", uint32}}};
constexpr structure many_out{{{"msg_hdr", message<iovec_in>}, {"msg_len", uint32}}};

constexpr auto const& length = changed<integer>;
constexpr auto const& address_in = in<sockaddr_of<argument(2)>>;
constexpr auto const& address_out = out<sockaddr_of<pointee(2)>>;

constexpr syscall_descriptor rows[] = {
    {"socket", {{"domain", one_of<address_families>}, {"type", flags<socket_types>}, {"protocol", protocol}}, fd},
    {"socketpair", {{"domain", one_of<address_families>}, {"type", flags<socket_types>}, {"protocol", protocol}, {"sv", out<two_fds>}}},
    {"connect", {{"sockfd", fd}, {"addr", address_in}, {"addrlen", integer}}},
    {"bind", {{"sockfd", fd}, {"addr", address_in}, {"addrlen", integer}}},
    {"listen", {{"sockfd", fd}, {"backlog", integer}}},
    {"accept", {{"sockfd", fd}, {"addr", address_out}, {"addrlen", length}}, fd},
    {"accept4", {{"sockfd", fd}, {"addr", address_out}, {"addrlen", length}, {"flags", flags<accept_flags>}}, fd},
    {"getsockname", {{"sockfd", fd}, {"addr", address_out}, {"addrlen", length}}},
    {"getpeername", {{"sockfd", fd}, {"addr", address_out}, {"addrlen", length}}},
    {"shutdown", {{"sockfd", fd}, {"how", one_of<shutdown_modes>}}},
    {"sendto", {{"sockfd", fd}, {"buf", in_bytes<argument(2)>}, {"len", size}, {"flags", flags<message_flags>}, {"dest_addr", in<sockaddr_of<argument(5)>>}, {"addrlen", integer}}},
    {"recvfrom", {{"sockfd", fd}, {"buf", out_bytes}, {"len", size}, {"flags", flags<message_flags>}, {"src_addr", out<sockaddr_of<pointee(5)>>}, {"addrlen", length}}},
    {"send", {{"sockfd", fd}, {"buf", in_bytes<argument(2)>}, {"len", size}, {"flags", flags<message_flags>}}},
    {"recv", {{"sockfd", fd}, {"buf", out_bytes}, {"len", size}, {"flags", flags<message_flags>}}},
    {"sendmsg", {{"sockfd", fd}, {"msg", in<message_in>}, {"flags", flags<message_flags>}}},
    {"recvmsg", {{"sockfd", fd}, {"msg", inout_or<message_out, message_failed>}, {"flags", flags<message_flags>}}},
    {"sendmmsg", {{"sockfd", fd}, {"msgvec", inout<as::array<many_in, argument(2)>>}, {"vlen", uint32}, {"flags", flags<message_flags>}}},
    {"recvmmsg", {{"sockfd", fd}, {"msgvec", out<as::array<many_out, returned()>>}, {"vlen", uint32}, {"flags", flags<message_flags>}, {"timeout", in<timespec_type>}}},
    {"recvmmsg_time64", {{"sockfd", fd}, {"msgvec", out<as::array<many_out, returned()>>}, {"vlen", uint32}, {"flags", flags<message_flags>}, {"timeout", in<timespec64_type>}}},
    {"setsockopt", {{"sockfd", fd}, {"level", one_of<socket_levels>}, {"optname", option}, {"optval", chosen<argument(1), values_in, plain_value_in>}, {"optlen", integer}}},
    {"getsockopt", {{"sockfd", fd}, {"level", one_of<socket_levels>}, {"optname", option}, {"optval", chosen<argument(1), values_out, plain_value_out>}, {"optlen", length}}},
};

} // namespace

std::span<syscall_descriptor const> socket_calls() noexcept
{
    return rows;
}

} // namespace cotrace::abi
