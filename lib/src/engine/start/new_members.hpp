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

/// Finds processes that may have joined a `target_set`.
///
/// The process events connector of the kernel reports forks, execs and new names of processes. inotify(7) reports moves into a
/// cgroup.
class new_members {
public:
    static result<std::shared_ptr<new_members>, failure> open(asio::any_io_executor const& executor, target_set which);

    target_set const& which() const noexcept { return which_; }

    /// Waits for processes that may have joined the set, and stores them in `into`, which must be empty. Returns false after
    /// `close` or an error, and in a forked child.
    task<bool> next(std::vector<pid>& into);
    void close();

private:
    new_members(asio::any_io_executor const& executor, target_set which, sys::process_events events, sys::unique_fd moves,
                int both);

    target_set which_;
    sys::process_events events_;
    sys::unique_fd moves_;
    sys::made_here made_here_;
    asio::posix::stream_descriptor both_;   ///< an epoll(7) descriptor for `events_` and `moves_`
};

}   // namespace cotrace::engine
