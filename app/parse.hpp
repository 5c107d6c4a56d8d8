// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <cotrace/result.hpp>

#include <string>
#include <vector>

namespace cotrace::app {

/// Parses a command line; `arguments[0]` is the name of the program. The error is one line without a line break.
result<options, std::string> parse(std::vector<std::string> const& arguments);

}   // namespace cotrace::app
