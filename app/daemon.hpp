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
    /// The write end of a pipe. When the tracer has written a byte to the pipe, the process executes COMMAND. If the
    /// tracer closes the pipe without writing a byte, the process ends.
    detail::unique_fd attached;
};

/// For -D: makes a grandchild of the calling process. On success, the function returns only in
/// the grandchild, which then has to attach to the calling process. When the grandchild traces
/// the calling process, the calling process executes COMMAND. Therefore COMMAND is a child
/// of the process that started cotrace, and COMMAND has only children that COMMAND created.
result<waiting_command, std::string> fork_tracer(options const& wanted, std::optional<identity> const& as);

}   // namespace cotrace::app
