// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/capture.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/open_file.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

namespace cotrace::engine {

/// Finds out what file descriptors refer to, from /proc and from the kernel's table of sockets.
/// The addresses of a socket, once found, are kept under the inode of the socket, and the socket is
/// not looked up again.
class open_files {
public:
    bool describe(tid thread, int fd, descriptor_details const& wanted, open_file& found);

private:
    // The number of sockets whose addresses are kept. A socket replaces the socket that has the same
    // inode modulo this number. strace replaces sockets in the same way, with the same number. So cotrace
    // and strace show the same addresses even for a socket that was connected after it was looked up.
    static constexpr std::size_t places = 1024;

    open_file::socket const& look_up(std::uint64_t inode, std::string protocol);

    using socket_table = std::array<std::optional<open_file::socket>, places>;
    std::unique_ptr<socket_table> sockets_;   ///< the index is the inode modulo `places`; null before the first socket
    open_file::socket unknown_;               ///< the last socket whose addresses were not found
};

}   // namespace cotrace::engine
