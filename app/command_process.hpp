// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "conclusion.hpp"
#include <cotrace/detail/unique_fd.hpp>

#include <cotrace/ids.hpp>
#include <cotrace/record.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <optional>

namespace cotrace::app {

/// The process that executes COMMAND: whether the process runs, and how it ended.
class command_process {
public:
    /// Has to be called after the launch, with the id of the launched process.
    void set_launched(pid process) noexcept;

    /// Has to be called when the process has ended.
    void set_ended(thread_exited const& how) noexcept;

    /// Whether the process has not ended. Also true before the process is launched.
    bool is_running() const noexcept;

    void send(int signal) const noexcept;

    /// Waits until the process has ended, and reaps the process. Must be called after the end of the tracing, if the tracer does
    /// not reap the process.
    task<void> wait_for_end(asio::any_io_executor executor);

    /// How the process ended; nullopt if it has not ended, or if the way that it ended is not known.
    std::optional<conclusion> const& end() const noexcept { return end_; }

private:
    pid process_{};
    detail::unique_fd pidfd_;   ///< empty before the launch, and if pidfd_open(2) has failed
    bool ended_ = false;
    std::optional<conclusion> end_;
};

}   // namespace cotrace::app
