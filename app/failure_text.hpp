// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>

#include <string>

namespace cotrace::app {

/// Why an attach failed, with a hint what to do if the kernel does not permit it.
std::string reason_of(failure const& why);

/// The message for an execve(2) of the file `path` that failed with `why`: "COMMAND: REASON". If `path` is a script whose interpreter
/// does not exist, the message also has the name of the interpreter.
std::string command_error(std::string const& command, std::string const& path, error_code why);

}   // namespace cotrace::app
