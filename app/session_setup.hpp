// SPDX-License-Identifier: BSL-1.0
#pragma once

// Translates the options of the command line into arguments of the library.

#include "identity.hpp"
#include "options.hpp"

#include <cotrace/command.hpp>
#include <cotrace/session.hpp>

#include <csignal>
#include <optional>

namespace cotrace::app {

/// COMMAND, with its environment, user and signal mask.
command command_for(options const& wanted, std::optional<identity> const& as, sigset_t const& mask);

/// The file descriptors of --trace-fds and the paths of -P. A path that contains symbolic links is in the result twice:
/// as it was given, and resolved, which is how the kernel names an open file.
access_filter resolved_accesses(options const& wanted);

/// The options of a session. `own_process` is the process that runs code of cotrace until it executes COMMAND, see
/// `interceptors_for`.
session_options session_options_for(options const& wanted, access_filter const& accesses, std::optional<tid> own_process);

}   // namespace cotrace::app
