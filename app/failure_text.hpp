// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>

#include <string>

namespace cotrace::app {

/// Why an attach failed, with a hint what to do if the kernel does not permit it.
std::string reason_of(failure const& why);

/// The message for a COMMAND that could not be executed: "COMMAND: REASON". If COMMAND is a script whose interpreter does not
/// exist, the message names the interpreter. `path` is the file that execve(2) could not execute, and `why` is its error.
std::string command_error(std::string const& command, std::string const& path, error_code why);

}   // namespace cotrace::app
