// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// Information about network devices and about the sockets of other processes.
namespace cotrace::sys {

/// The netlink protocol of a socket of `thread`. Nothing if `fd` is not a netlink socket,
/// -1 if it is one of an unknown protocol.
std::optional<int> netlink_protocol(tid thread, int fd) noexcept;

/// The name of a network device in this process's network namespace, as in strace; empty if there is none.
std::string_view interface_name(std::uint32_t index, std::span<char, 16> into) noexcept;

/// The name of a generic netlink family; empty if there is none. The families are read
/// once and kept.
std::string_view generic_family(std::uint16_t number) noexcept;

} // namespace cotrace::sys
