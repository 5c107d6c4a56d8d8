// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "argument_parsing.hpp"
#include "options.hpp"

#include <string_view>

namespace cotrace::app {

/// Parses the argument of -e inject, "SET[:error=ERRNO|:retval=VALUE][:signal=SIGNAL]…", and adds the rule to
/// `options::injections`. With `only_faults`, parses the argument of -e fault, which allows only error=, syscall=, path= and
/// when=.
usage_error add_injection_rule(options& to, std::string_view argument, bool only_faults);

}   // namespace cotrace::app
