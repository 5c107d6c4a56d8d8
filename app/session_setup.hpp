// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the options mean for the library.

#include "identity.hpp"
#include "options.hpp"

#include <cotrace/command.hpp>
#include <cotrace/session.hpp>

#include <csignal>
#include <optional>

namespace cotrace::app {

/// COMMAND, with its environment, user and signal mask.
command command_for(options const& wanted, std::optional<identity> const& as, sigset_t const& mask);

/// The descriptors and paths of -P. A path that leads elsewhere through links is there twice: as it was given, and
/// without links, which is how the kernel names an open file.
access_filter resolved_accesses(options const& wanted);

/// `ours` is the process that runs our own code until it executes COMMAND, see `interceptors_for`.
session_options session_options_for(options const& wanted, access_filter const& accesses, std::optional<tid> ours);

} // namespace cotrace::app
