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

/// Sets the options of the text format that follow from other options. `resolve` calls this function. It has to be called again
/// if one of these other options is changed later.
void set_text(options& all);

/// The messages about options that have no effect or a doubtful effect. The messages in `options::warnings` come first.
std::vector<std::string> warnings_about(options const& all);

}   // namespace cotrace::app
