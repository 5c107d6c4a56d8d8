// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "identity.hpp"
#include "options.hpp"
#include <cotrace/detail/unique_fd.hpp>

#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>

#include <optional>
#include <string>

namespace cotrace::app {

/// The process that a daemonized tracer has to attach to.
struct waiting_command {
    pid process{};
    /// The write end of a pipe. A byte in this pipe makes the process execute COMMAND. If the pipe is closed without a byte, the
    /// process ends.
    detail::unique_fd attached;
};

/// For -D: forks a grandchild, the tracer. On success, returns only in the grandchild; the calling process executes COMMAND after
/// the grandchild has attached.
result<waiting_command, std::string> fork_tracer(options const& wanted, std::optional<identity> const& as);

}   // namespace cotrace::app
