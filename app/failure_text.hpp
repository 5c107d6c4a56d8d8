// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>

#include <string>

namespace cotrace::app {

/// Why an attach failed, with a hint what to do if the kernel does not permit it.
std::string reason_of(failure const& why);

/// Returns ": bad interpreter: INTERPRETER" if execve(2) of the script `path` failed because the script's interpreter does
/// not exist, otherwise an empty text. `why` is the error of execve(2).
std::string missing_interpreter(std::string const& path, error_code why);

}   // namespace cotrace::app
