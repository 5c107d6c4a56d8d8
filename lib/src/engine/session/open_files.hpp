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

/// Finds what file descriptors refer to, in /proc and in the kernel's table of sockets.
/// A socket whose addresses were found is kept by its inode and not looked up again.
class open_files {
public:
    bool describe(tid thread, int fd, descriptor_details const& wanted, open_file& found);

private:
    // strace keeps this many sockets and replaces them in this way. So a socket that was
    // connected after it was looked up is shown as strace shows it.
    static constexpr std::size_t places = 1024;

    open_file::socket const& look_up(std::uint64_t inode, std::string protocol);

    using socket_table = std::array<std::optional<open_file::socket>, places>;
    std::unique_ptr<socket_table> sockets_;   ///< by inode; null until a socket was seen
    open_file::socket unknown_;               ///< the last socket whose addresses were not found
};

} // namespace cotrace::engine
