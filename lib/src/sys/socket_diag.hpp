// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/open_file.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

/// The kernel's table of sockets, see sock_diag(7).
namespace cotrace::sys {

/// The addresses of a socket. Nothing if the kernel does not report them: the socket has to
/// be bound, and in this process's network namespace. `protocol` is the extended attribute
/// "system.sockprotoname" of the socket. Nothing for an unknown protocol.
///
/// Does not wait: the kernel has the answer ready when the request was sent.
std::optional<open_file::socket> look_up_socket(std::string_view protocol, std::uint64_t inode);

/// Whether `look_up_socket` knows the protocol.
bool knows_socket_protocol(std::string_view name) noexcept;

} // namespace cotrace::sys
