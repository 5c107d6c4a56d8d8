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

/// What descriptors refer to, as /proc and the kernel's table of sockets tell.
/// A socket whose ends were found is not looked up again: its inode names it.
class open_files {
public:
    bool describe(tid thread, int fd, descriptor_details const& wanted, open_file& found);

private:
    // As many as strace keeps, and forgotten in the same way: a later look at a
    // socket that was connected meanwhile shows what it shows.
    static constexpr std::size_t places = 1024;

    open_file::socket const& look_up(std::uint64_t inode, std::string protocol);

    using socket_table = std::array<std::optional<open_file::socket>, places>;
    std::unique_ptr<socket_table> sockets_;   ///< by inode; there once a socket was seen
    open_file::socket unknown_;               ///< the last one that nobody knew more of
};

} // namespace cotrace::engine
