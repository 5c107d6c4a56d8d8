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

/// The types of the fields `nlmsg_type` and `nlmsg_flags` of a message. `number` is the value of `nlmsg_type`. A
/// `protocol` of -1 stands for an unknown protocol.
type const& kind_of(int protocol, std::uint16_t number) noexcept;
type const& flags_of(int protocol, std::uint16_t number) noexcept;

/// The form of a message: the structure and the attributes that follow struct nlmsghdr in the message. A message without
/// all bytes of the structure is not decoded in this form.
struct message_form {
    type const*          head = nullptr;
    attribute_set const* attributes = nullptr;
};

/// The form of a message of NETLINK_ROUTE with the message type `number`; null if only the address family in the
/// message can be decoded.
message_form const* route_form(std::uint16_t number, std::uint8_t family) noexcept;

/// The form of a message of NETLINK_SOCK_DIAG with the message type `number`; null if only the address family in the
/// message can be decoded.
message_form const* sock_diag_form(std::uint16_t number, std::uint8_t family, bool is_request) noexcept;

/// The type of the commands that the generic netlink family `family` has; null if `family` is empty. If no table has these
/// commands, returns the type of the controller's commands.
type const* generic_commands(std::string_view family) noexcept;

} // namespace cotrace::uapi::netlink
