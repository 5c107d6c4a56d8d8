// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"
#include "argument_parsing.hpp"

#include <string_view>

namespace cotrace::app {

/// `-e inject`: "SET[:error=ERRNO|:retval=VALUE][:signal=SIGNAL]…"; with `only_faults`,
/// `-e fault`, which knows error=, syscall= and when= alone.
complaint add_injection(std::string_view argument, bool only_faults, options& to);

} // namespace cotrace::app
