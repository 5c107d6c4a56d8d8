// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/open_file.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

/// The kernel's own table of sockets; see sock_diag(7).
namespace cotrace::sys {

/// The ends of a socket, if the kernel tells them: it has to be bound, and in
/// our network namespace. `protocol` is what getxattr(2) says of it,
/// "system.sockprotoname"; of one that we do not know nothing can be asked.
///
/// Does not wait: the kernel has the answer ready when the question was sent.
std::optional<open_file::socket> look_up_socket(std::string_view protocol, std::uint64_t inode);

/// Whether it is a protocol that `look_up_socket` knows.
bool knows_socket_protocol(std::string_view name) noexcept;

} // namespace cotrace::sys
