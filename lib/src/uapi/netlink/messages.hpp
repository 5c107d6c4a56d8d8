// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/netlink/attributes.hpp"

/// How netlink messages are decoded. This depends on the protocol and on the message type.
namespace cotrace::uapi::netlink {

enum protocol : int { route_protocol = 0, sock_diag_protocol = 4, xfrm_protocol = 6, selinux_protocol = 7, audit_protocol = 9,
                      netfilter_protocol = 12, uevent_protocol = 15, generic_protocol = 16, crypto_protocol = 21 };

inline constexpr std::uint16_t error_message = 2, done_message = 3, first_of_protocol = 16;   // NLMSG_ERROR, NLMSG_DONE, NLMSG_MIN_TYPE

/// struct nlmsghdr, the header of each netlink message.
extern structure<5> const header;

/// The types of the fields `nlmsg_type` and `nlmsg_flags`. `number` is the value of `nlmsg_type`. A `protocol` of -1 is
/// unknown.
type const& kind_of(int protocol, std::uint16_t number) noexcept;
type const& flags_of(int protocol, std::uint16_t number) noexcept;

/// What follows struct nlmsghdr in a message: a structure and attributes. A message without the whole structure is not
/// decoded.
struct message_form {
    type const*          head = nullptr;
    attribute_set const* attributes = nullptr;
};

/// The form of a message of NETLINK_ROUTE with the type `number`; null if only the address family can be decoded.
message_form const* route_form(std::uint16_t number, std::uint8_t family) noexcept;

/// The form of a message of NETLINK_SOCK_DIAG with the type `number`; null if only the address family can be decoded.
message_form const* sock_diag_form(std::uint16_t number, std::uint8_t family, bool is_request) noexcept;

/// The type of the commands of a generic netlink family; null if `family` is empty. For unknown families, the controller's
/// commands.
type const* generic_commands(std::string_view family) noexcept;

} // namespace cotrace::uapi::netlink
