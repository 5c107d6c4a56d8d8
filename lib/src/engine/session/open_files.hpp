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

/// Finds out what file descriptors refer to. Keeps the addresses of a socket until another socket takes its place
/// (`places`).
class open_files {
public:
    bool describe(tid thread, int fd, descriptor_details const& wanted, open_file& found);

private:
    // Sockets with inodes that are equal modulo this number replace each other, as in strace, so that cotrace and
    // strace show equal addresses.
    static constexpr std::size_t places = 1024;

    open_file::socket const& look_up(std::uint64_t inode, std::string protocol);

    using socket_table = std::array<std::optional<open_file::socket>, places>;
    std::unique_ptr<socket_table> sockets_;   ///< the index is the inode modulo `places`; null before the first socket
    open_file::socket unknown_;               ///< the last socket whose addresses were not found
};

}   // namespace cotrace::engine
