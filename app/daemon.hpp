// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "descriptor.hpp"
#include "identity.hpp"
#include "options.hpp"

#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>

#include <optional>
#include <string>

namespace cotrace::app {

/// The process that a daemonized tracer has to attach to.
struct waiting_command {
    pid process{};
    /// A byte that is written here lets the process execute COMMAND. If the pipe is closed without a byte, the process
    /// ends.
    descriptor attached;
};

/// For -D: forks a grandchild of the calling process, and returns in the grandchild,
/// which has to attach to the calling process. The calling process executes COMMAND
/// once it is traced. So the parent of cotrace has COMMAND as its child, and COMMAND
/// has no child that it did not create.
result<waiting_command, std::string> fork_tracer(options const& wanted, std::optional<identity> const& as);

}   // namespace cotrace::app
