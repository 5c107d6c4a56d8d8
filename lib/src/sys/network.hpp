// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// What the kernel tells of networks and of other processes' sockets.
namespace cotrace::sys {

/// The netlink protocol of a socket of `thread`: nothing if `fd` is none of
/// netlink's, -1 if it is, but of which protocol cannot be told.
std::optional<int> netlink_protocol(tid thread, int fd) noexcept;

/// The name of a network device in our own namespace, as strace has it; empty if there is none.
std::string_view interface_name(std::uint32_t index, std::span<char, 16> into) noexcept;

/// The name of a family of generic netlink; empty if there is none. All are
/// asked for once, and stay.
std::string_view generic_family(std::uint16_t number) noexcept;

} // namespace cotrace::sys
