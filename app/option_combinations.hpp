// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "argument_parsing.hpp"
#include "options.hpp"

#include <string>
#include <vector>

namespace cotrace::app {

/// Sets the options whose values result from short forms or from other options. Returns an error if the options are
/// valid one by one, but cannot be combined.
usage_error resolve(options& all);

/// Sets the options of the text that depend on other options, but not on the output. `resolve` calls this function. A caller
/// that changes the other options afterwards calls it again.
void set_text(options& all);

/// One line for each option that, together with the other options, has no effect or a doubtful effect.
std::vector<std::string> warnings_about(options const& all);

}   // namespace cotrace::app
