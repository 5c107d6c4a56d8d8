// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/task.hpp>

#include "engine/start/target_set.hpp"
#include "sys/fork.hpp"
#include "sys/process_events.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <vector>

namespace cotrace::engine {

/// Says which processes may have come into a crowd since.
///
/// Forks, execs and new names are told by the process events connector; moves
/// into a cgroup, which it knows nothing of, by inotify(7).
class newcomers {
public:
    static result<std::shared_ptr<newcomers>, failure> open(asio::any_io_executor const& executor, crowd which);

    crowd const& which() const noexcept { return which_; }

    /// Waits for candidates; false once it was closed.
    task<bool> next(std::vector<pid>& into);
    void close();

private:
    newcomers(asio::any_io_executor const& executor, crowd which, sys::process_events events, sys::unique_fd moves, int both);

    crowd                          which_;
    sys::process_events            events_;
    sys::unique_fd                 moves_;
    sys::made_here                 made_here_;
    asio::posix::stream_descriptor both_;   ///< an epoll(7) descriptor
};

} // namespace cotrace::engine
