// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <cotrace/record.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace cotrace::app {

/// Notices when one of the limits of --stop-after or --syscall-limit is reached, or when the condition of
/// --until holds.
class limit_watch {
public:
    /// Called once. `message` is the line to print; empty: no line is printed.
    using handler = std::function<void(std::string const& message)>;

    limit_watch(asio::any_io_executor executor, options const& wanted, handler reached);

    /// Begins to measure the time for the time limit.
    void start();

    /// Stops the timer of the time limit, so that this limit is never reached.
    void stop();

    /// Counts a call, if the call is in the trace.
    void count(record const& seen, syscall_exited const& done);

    /// Checks the condition of --until.
    void check_condition(record const& seen);

    /// Checks the limit for the size of the trace, which has `bytes` bytes now.
    void note_size(std::uint64_t bytes);

    bool is_reached() const noexcept { return reached_; }

private:
    bool is_quiet() const noexcept;
    void reach(std::string message);
    void reach(stop_limits::limit const& which);

    options const& wanted_;
    handler on_reached_;
    asio::steady_timer time_;
    /// Whether the condition of --until contains `entry` or `kind`. Otherwise, an entry is tested only if the call ends its
    /// thread.
    bool judges_entries_;
    std::uint64_t calls_ = 0;
    bool reached_ = false;
};

}   // namespace cotrace::app
