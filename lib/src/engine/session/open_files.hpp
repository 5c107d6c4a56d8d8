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

/// Finds out what file descriptors refer to, from /proc and from the kernel's table of sockets. Once the addresses of a
/// socket are found, this object keeps them, with the socket's inode as their key. The socket is looked up again only
/// after another socket has replaced it (see `places`).
class open_files {
public:
    bool describe(tid thread, int fd, descriptor_details const& wanted, open_file& found);

private:
    // The greatest number of sockets whose addresses are kept. If the inodes of two sockets are equal
    // modulo this number, the socket that is looked up later replaces the other. strace replaces sockets
    // in the same way, with the same number. So cotrace and strace show the same addresses even for a
    // socket that was connected after it was looked up.
    static constexpr std::size_t places = 1024;

    open_file::socket const& look_up(std::uint64_t inode, std::string protocol);

    using socket_table = std::array<std::optional<open_file::socket>, places>;
    std::unique_ptr<socket_table> sockets_;   ///< the index is the inode modulo `places`; null before the first socket
    open_file::socket unknown_;               ///< the last socket whose addresses were not found
};

}   // namespace cotrace::engine
