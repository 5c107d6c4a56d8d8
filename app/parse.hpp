// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <cotrace/result.hpp>

#include <string>
#include <vector>

namespace cotrace::app {

/// Parses a command line; `arguments[0]` is the name of the program. The first argument that is no option is COMMAND, and all
/// arguments after it are arguments of COMMAND. A command line of `cotrace view` has no COMMAND. The error is one line without
/// a line break.
result<options, std::string> parse(std::vector<std::string> const& arguments);

}   // namespace cotrace::app
