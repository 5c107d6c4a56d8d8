// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// Information about network devices, generic netlink families, and the netlink sockets of other processes.
namespace cotrace::sys {

/// The netlink protocol of the socket that `fd` refers to in `thread`. Nothing if `fd` is not
/// a netlink socket; -1 if `fd` is a netlink socket, but its protocol cannot be found out.
std::optional<int> netlink_protocol(tid thread, int fd) noexcept;

/// The name of the network device with this index. As in strace, the index belongs to the network namespace of this process, not
/// of a traced process. Empty if there is no such device.
std::string_view interface_name(std::uint32_t index, std::span<char, 16> into) noexcept;

/// The name of the generic netlink family with this number; empty if there is none. The
/// list of all families is read from the kernel once and kept.
std::string_view generic_family(std::uint16_t number) noexcept;

}   // namespace cotrace::sys
