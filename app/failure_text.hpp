// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>

#include <string>

namespace cotrace::app {

/// Why an attach failed, with a hint what to do if the kernel does not permit it.
std::string reason_of(failure const& why);

/// Returns ": bad interpreter: INTERPRETER" if execve(2) failed because the interpreter of a script does not exist,
/// otherwise an empty text. `why.operation` names the script: "execve SCRIPT".
std::string missing_interpreter(failure const& why);

}   // namespace cotrace::app
