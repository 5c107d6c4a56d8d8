// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/common.hpp"
#include "uapi/constants/address.hpp"
#include "uapi/constants/netlink.hpp"
#include "uapi/constants/socket.hpp"
#include "uapi/custom.hpp"

/// Socket addresses by family, and the data of control messages and options.
namespace cotrace::uapi {

inline constexpr auto const& family_type = as::one_of<names::address_families, width::u16>;

/// Types of bytes that custom decoders add. The decoder sets the number of bytes, so the length 0 is not used.
inline constexpr auto const& some_bytes = as::bytes<exactly(0)>;
inline constexpr auto const& some_hex_bytes = as::hex_bytes<exactly(0)>;
/// Numbers that the text output shows in hexadecimal with leading zeros.
inline constexpr type padded_hex8 = {.shape = shape::padded_hex, .width = width::u8};
inline constexpr type padded_hex32 = {.shape = shape::padded_hex, .width = width::u32};

inline constexpr type link_protocol = {.shape = shape::net_enumeration, .width = width::u16, .style = style::hex,
                                       .names = &names::ethernet_protocols, .text = {.hex = true}};

/// Types of a structure and of an array to which custom decoders add parts. The length 1 is not used.
inline constexpr type loose_structure = {.shape = shape::structure};
inline constexpr type loose_array = {.shape = shape::array, .of = &as::address, .length = exactly(1)};

/// A socket address of any family, as a field of a structure.
template <amount Length>
inline constexpr type sockaddr_of = {.shape = shape::custom, .width = width::klong, .length = Length,
                                     .size = {Length.value, Length.value, Length.value}, .align = {8, 4, 4},
                                     .custom = {.decode = decode::socket_address}};

// Socket addresses of the families for which one structure describes all fields.
inline constexpr type unix_path_type = {.shape = shape::unix_path, .length = exactly(108)};
inline constexpr structure sockaddr_unix{{{"sa_family", family_type}, {"sun_path", unix_path_type}}};
inline constexpr structure sockaddr_inet{{
    {"sa_family", family_type},
    {"sin_port", as::port},
    {"sin_addr", as::inet4},
}};
inline constexpr structure sockaddr_ipx{{
    {"sa_family", family_type},
    {"sipx_port", as::port},
    {"sipx_network", as::net32_hex},
    {"sipx_node", as::array<padded_hex8, exactly(6)>},
    {"sipx_type", padded_hex8},
    {"sipx_zero", as::hex8, shown::nonzero},
}};
inline constexpr structure x25_address{{{"x25_addr", as::characters_in<16>}}};
inline constexpr structure sockaddr_x25{{{"sa_family", family_type}, {"sx25_addr", x25_address}}};
inline constexpr structure sockaddr_netlink{{
    {"sa_family", family_type},
    {"nl_pad", as::hex16, shown::nonzero},
    {"nl_pid", as::process_id},
    {"nl_groups", padded_hex32},
}};
inline constexpr structure sockaddr_vsock{{
    {"sa_family", family_type},
    {"svm_reserved1", as::hex16, shown::nonzero},
    {"svm_port", as::one_of<names::vsock_ports>, shown::always, 2},
    {"svm_cid", as::one_of<names::vsock_cids>, shown::always, 1},
    {"svm_flags", as::flags<names::vsock_flags, width::u8>, shown::always, 3},
    {"svm_zero", as::hex_bytes<exactly(3)>, shown::nonzero, 4},
}};
inline constexpr structure sockaddr_qrtr{{
    {"sa_family", family_type},
    {"sq_node", as::one_of<names::qrtr_nodes>},
    {"sq_port", as::one_of<names::qrtr_ports>},
}};
inline constexpr structure mctp_address{{{"s_addr", as::one_of<names::mctp_addresses, width::u8>}}};
inline constexpr structure sockaddr_mctp{{
    {"sa_family", family_type},
    {"__smctp_pad0", as::hex16, shown::nonzero},
    {"smctp_network", as::one_of<names::mctp_networks>},
    {"smctp_addr", mctp_address},
    {"smctp_type", as::hex8},
    {"smctp_tag", as::hex8},
    {"__smctp_pad1", as::hex8, shown::nonzero},
}};

// Bluetooth addresses. All kinds of Bluetooth addresses have the same address family; only the length tells the kinds
// apart.
inline constexpr type l2cap_port_range_names = {.names = &names::l2cap_port_range_table};
inline constexpr type l2cap_channel_range_names = {.names = &names::l2cap_channel_range_table};
inline constexpr type bluetooth_device = {.shape = shape::bluetooth_number, .width = width::u16, .style = style::unsigned_decimal};
inline constexpr type l2cap_port = {.shape = shape::bluetooth_number, .width = width::u16, .style = style::hex,
                                    .names = &names::l2cap_ports, .of = &l2cap_port_range_names};
inline constexpr type l2cap_channel = {.shape = shape::bluetooth_number, .width = width::u16, .style = style::hex,
                                       .names = &names::l2cap_channels, .of = &l2cap_channel_range_names};
inline constexpr structure sockaddr_hci_old{{{"sa_family", family_type}, {"hci_dev", bluetooth_device}}};
inline constexpr structure sockaddr_hci{{
    {"sa_family", family_type},
    {"hci_dev", bluetooth_device},
    {"hci_channel", as::one_of<names::bluetooth_hci_channels, width::u16>},
}};
inline constexpr structure sockaddr_sco{{{"sa_family", family_type}, {"sco_bdaddr", as::hardware_address<6>}}};
inline constexpr structure sockaddr_rfcomm{{
    {"sa_family", family_type},
    {"rc_bdaddr", as::hardware_address<6>},
    {"rc_channel", as::uint8},
}};
inline constexpr structure sockaddr_l2cap_old{{
    {"sa_family", family_type},
    {"l2_psm", l2cap_port},
    {"l2_bdaddr", as::hardware_address<6>},
    {"l2_cid", l2cap_channel},
}};
inline constexpr structure sockaddr_l2cap{{
    {"sa_family", family_type},
    {"l2_psm", l2cap_port},
    {"l2_bdaddr", as::hardware_address<6>},
    {"l2_cid", l2cap_channel},
    {"l2_bdaddr_type", as::one_of<names::bluetooth_address_types, width::u8>},
}};
inline constexpr type const* bluetooth_addresses[] = {
    &sockaddr_hci_old, &sockaddr_hci, &sockaddr_sco, &sockaddr_rfcomm, &sockaddr_l2cap_old, &sockaddr_l2cap,
};

// The types of the last field of a TIPC address, which the kind of the address selects.
inline constexpr structure tipc_range{{{"type", as::uint32}, {"lower", as::uint32}, {"upper", as::uint32}}};
inline constexpr structure tipc_name_pair{{{"type", as::uint32}, {"instance", as::uint32}}};
inline constexpr structure tipc_name{{{"name", tipc_name_pair}, {"domain", as::hex32}}};
inline constexpr structure tipc_id{{{"ref", as::uint32}, {"node", as::hex32}}};

inline constexpr structure credentials{{{"pid", as::process_id}, {"uid", as::user_id}, {"gid", as::user_id}}};

/// struct cmsghdr, which is the header of a control message, and types of the data after this header.
inline constexpr structure control_header{{
    {"cmsg_len", as::size},
    {"cmsg_level", as::one_of<names::socket_levels>},
    {"cmsg_type", as::one_of<names::socket_messages>},
}};
inline constexpr structure packet_information{{
    {"ipi_ifindex", as::interface_index},
    {"ipi_spec_dst", as::inet4},
    {"ipi_addr", as::inet4},
}};
inline constexpr structure extended_error{{
    {"ee_errno", as::uint32},
    {"ee_origin", as::uint8},
    {"ee_type", as::uint8},
    {"ee_code", as::uint8},
    {"ee_pad", as::uint8, shown::never},
    {"ee_info", as::uint32},
    {"ee_data", as::uint32},
    {"offender", sockaddr_of<exactly(16)>},
}};
inline constexpr structure timeval64_type{{{"tv_sec", as::int64}, {"tv_usec", as::int64}}};

/// Arrays of one element. The text output shows the element in brackets.
inline constexpr auto const& one_protocol = as::array<as::one_of<names::ip_protocols>, exactly(1)>;
inline constexpr auto const& one_fd = as::array<as::fd, exactly(1)>;

inline constexpr type icmp_filter = {.shape = shape::named_bits, .width = width::u32, .style = style::hex, .names = &names::icmp_types};

} // namespace cotrace::uapi
