// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "argument_parsing.hpp"
#include "options.hpp"

#include <cotrace/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cotrace::app {

/// Splits a command line into words as a POSIX shell does, but expands nothing. Unquoted operators, and $ or ` that a shell would
/// expand, are errors.
result<std::vector<std::string>, std::string> shell_words(std::string_view line);

/// Applies --run.
usage_error add_run(options& to, std::string_view line);

}   // namespace cotrace::app
