// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "argument_parsing.hpp"
#include "options.hpp"

#include <string_view>

namespace cotrace::app {

/// Adds the rule in the argument of -e inject, or with `only_faults` of -e fault, to `options::injections`.
usage_error add_injection_rule(options& to, std::string_view argument, bool only_faults);

}   // namespace cotrace::app
