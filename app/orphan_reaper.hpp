// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>

namespace cotrace::app {

/// Reaps orphans: processes that outlived their parent. The kernel makes an orphan a child of process 1 of its pid namespace or
/// of a child subreaper (PR_SET_CHILD_SUBREAPER).
class orphan_reaper {
public:
    /// Blocks SIGCHLD if this process can get orphans.
    explicit orphan_reaper(asio::any_io_executor executor);

    /// Reaps orphans until the executor's context stops. Does not reap tracees, nor
    /// children for which `is_awaited` returns true.
    task<void> run(std::function<bool(pid)> is_awaited);

private:
    enum class left : bool { nothing, for_others };
    left reap(std::function<bool(pid)> const& is_awaited);

    asio::posix::stream_descriptor changed_;   ///< a signalfd for SIGCHLD; not open if this process gets no orphans
    asio::steady_timer pause_;
};

}   // namespace cotrace::app
