// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>

namespace cotrace::app {

/// Reaps processes whose parent has ended and that became children of this one,
/// which the kernel arranges for process 1 of a pid namespace, as in a container,
/// and for a child subreaper (PR_SET_CHILD_SUBREAPER). No other process can reap them.
class orphan_reaper {
public:
    /// Blocks SIGCHLD where there will be orphans.
    explicit orphan_reaper(asio::any_io_executor executor);

    /// Reaps until the executor's context stops. Tracees are left to the tracer,
    /// and so are children of which `is_awaited` says so.
    task<void> run(std::function<bool(pid)> is_awaited);

private:
    enum class left : bool { nothing, for_others };
    left reap(std::function<bool(pid)> const& is_awaited);

    asio::posix::stream_descriptor changed_;   ///< a signalfd; not open where there will be no orphans
    asio::steady_timer pause_;
};

} // namespace cotrace::app
