// SPDX-License-Identifier: BSL-1.0
#pragma once

// Translates the options of the command line into arguments of the library.

#include "identity.hpp"
#include "options.hpp"

#include <cotrace/command.hpp>
#include <cotrace/session.hpp>

#include <csignal>
#include <optional>
#include <string>
#include <vector>

namespace cotrace::app {

/// A command to launch.
struct command_words {
    std::vector<std::string> words;   ///< the command and its arguments
    std::string argv0{};              ///< the `argv[0]` of the command; empty: `words[0]`
    std::string label{};              ///< the label of the command's session, such as "1 ls"; empty without --run
};

/// The commands of --run, in order, and then COMMAND.
std::vector<command_words> commands_of(options const& wanted);

/// A command, with its environment, user and signal mask.
command command_for(command_words const& which, options const& wanted, std::optional<identity> const& as, sigset_t const& mask);

/// The file descriptors of --trace-fds and the paths of -P. A path that realpath(3) changes is added in both forms, and a line is
/// printed unless -e quiet=path-resolution was given.
access_filter resolved_accesses(options const& wanted);

/// The options of a session. `own_process` is the process that runs code of cotrace until it executes COMMAND, see
/// `interceptors_for`.
session_options session_options_for(options const& wanted, access_filter const& accesses, std::optional<tid> own_process);

}   // namespace cotrace::app
