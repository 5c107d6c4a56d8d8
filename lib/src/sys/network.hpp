// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// Information about network devices, generic netlink families, and the netlink sockets of other processes.
namespace cotrace::sys {

/// The netlink protocol of a descriptor of `thread`. Nothing for any other file; -1 if the protocol of a netlink socket cannot be
/// found out.
std::optional<int> netlink_protocol(tid thread, int fd) noexcept;

/// The name of a network device; empty if there is none. As in strace, `index` belongs to the network namespace of this process.
std::string_view interface_name(std::uint32_t index, std::span<char, 16> into) noexcept;

/// The name of a generic netlink family; empty if there is none. The list of families is read from the kernel once.
std::string_view generic_family(std::uint16_t number) noexcept;

}   // namespace cotrace::sys
