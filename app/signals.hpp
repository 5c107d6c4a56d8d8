// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <csignal>

namespace cotrace::app {

/// Blocks the signals that end the tracing, and reads them from a signalfd. SIGPIPE is blocked too, so that
/// write(2) to a pipe without a reader fails with EPIPE. The signals stay blocked until the process ends.
///
/// The signals are not caught, because the execve of COMMAND resets the disposition of a caught signal, and an
/// ignored signal has to stay ignored for COMMAND.
class signals {
public:
    signals(asio::any_io_executor executor, interruptible how);

    /// The signal mask from before the construction. COMMAND starts with it.
    sigset_t const& before() const noexcept { return before_; }

    /// Waits for the next signal.
    task<int> next();

private:
    asio::posix::stream_descriptor arrived_;
    sigset_t before_{};
};

}   // namespace cotrace::app
