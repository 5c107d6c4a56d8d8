// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/open_file.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

/// The kernel's table of sockets, see sock_diag(7).
namespace cotrace::sys {

/// The addresses of the socket with this inode number. `protocol` is the extended attribute
/// "system.sockprotoname" of the socket. Nothing if `protocol` is unknown, if the kernel does not
/// report the socket, or if a Unix socket has neither a name nor a peer. For example, the kernel
/// does not report a TCP socket that is neither bound nor connected, or a socket in another network
/// namespace than that of this process.
///
/// Does not wait: the kernel makes its answers during the system calls that send the request and
/// receive the answers.
std::optional<open_file::socket> look_up_socket(std::string_view protocol, std::uint64_t inode);

/// Whether `look_up_socket` knows the protocol.
bool knows_socket_protocol(std::string_view name) noexcept;

}   // namespace cotrace::sys
