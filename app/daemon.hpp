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
    descriptor attached;    ///< a byte written here lets it execute; closed without one, it ends
};

/// For -D: lets the calling process become COMMAND as soon as it is traced, and
/// returns in a grandchild of it, which is to trace it. So COMMAND is the very
/// child that our parent made, and has no child that it does not know of.
result<waiting_command, std::string> leave_to_command(options const& wanted, std::optional<identity> const& as);

} // namespace cotrace::app
