// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <csignal>

namespace cotrace::app {

inline bool is_from_keyboard(int signal) noexcept { return signal == SIGINT || signal == SIGQUIT; }

/// Blocks the signals that can end the tracing, and reads them from a signalfd. SIGPIPE is blocked, so that write(2) fails with
/// EPIPE.
///
/// The execve of COMMAND would reset a handled signal to its default action, but keeps an ignored signal ignored. Therefore no
/// signal handlers are installed.
class signals {
public:
    /// With `user_signal`, SIGUSR1 is read, too.
    signals(asio::any_io_executor executor, interruptible how, bool user_signal);

    /// The signal mask that the process had before the construction of this object. COMMAND starts with this mask.
    sigset_t const& before() const noexcept { return before_; }

    /// Waits for a signal, and returns its number.
    task<int> next();

private:
    asio::posix::stream_descriptor arrived_;
    sigset_t before_{};
};

}   // namespace cotrace::app
