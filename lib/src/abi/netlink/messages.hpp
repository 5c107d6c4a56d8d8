// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "abi/netlink/attributes.hpp"

/// What netlink's messages are, by protocol and type.
namespace cotrace::abi::netlink {

enum protocol : int { route_protocol = 0, sock_diag_protocol = 4, xfrm_protocol = 6, selinux_protocol = 7, audit_protocol = 9,
                      netfilter_protocol = 12, uevent_protocol = 15, generic_protocol = 16, crypto_protocol = 21 };

inline constexpr std::uint16_t error_message = 2, done_message = 3, first_of_protocol = 16;   // NLMSG_ERROR, NLMSG_DONE, NLMSG_MIN_TYPE

/// struct nlmsghdr.
extern structure<5> const header;

/// What `nlmsg_type` means, and what `nlmsg_flags` do. -1 is an unknown protocol.
type const& kind_of(int protocol, std::uint16_t number) noexcept;
type const& flags_of(int protocol, std::uint16_t number) noexcept;

/// How a message goes on: a structure, and attributes behind it.
struct message_form {
    type const*          head = nullptr;
    attribute_set const* attributes = nullptr;
    std::uint8_t         least = 0;   ///< bytes of `head` that are enough; the rest is taken as 0. 0: all of them
};

/// Of NETLINK_ROUTE; null: only the family is known.
message_form const* route_form(std::uint16_t number, std::uint8_t family) noexcept;

/// Of NETLINK_SOCK_DIAG.
message_form const* sock_diag_form(std::uint16_t number, std::uint8_t family, bool is_request) noexcept;

/// The commands of a family of generic netlink, as it is asked, or as it answers; null: not known.
type const* generic_commands(std::string_view family) noexcept;

} // namespace cotrace::abi::netlink
