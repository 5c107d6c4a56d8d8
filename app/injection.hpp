// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"
#include "argument_parsing.hpp"

#include <string_view>

namespace cotrace::app {

/// Parses the argument of `-e inject`: "SET[:error=ERRNO|:retval=VALUE][:signal=SIGNAL]…".
/// With `only_faults`, parses the argument of `-e fault`, which allows only error=, syscall= and when=.
complaint add_injection(std::string_view argument, bool only_faults, options& to);

} // namespace cotrace::app
