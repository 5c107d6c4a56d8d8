// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/open_file.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

/// The kernel's table of sockets, see sock_diag(7).
namespace cotrace::sys {

/// The addresses of the socket with this inode number and protocol ("system.sockprotoname"). Nothing if the kernel reports no
/// address, for example of an unbound TCP socket, or in another network namespace.
///
/// Does not wait: the kernel makes its answers during the system calls that send the request and
/// receive the answers.
std::optional<open_file::socket> look_up_socket(std::string_view protocol, std::uint64_t inode);

/// Whether `look_up_socket` knows the protocol.
bool knows_socket_protocol(std::string_view name) noexcept;

}   // namespace cotrace::sys
