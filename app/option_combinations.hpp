// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "argument_parsing.hpp"
#include "options.hpp"

#include <string>
#include <vector>

namespace cotrace::app {

/// Sets the options that depend on other options. Returns an error if options cannot be combined.
usage_error resolve(options& all);

/// Sets the options of the text format that depend on other options. Has to be called again after such an option was changed.
void set_text(options& all);

/// The messages about options that have no effect or a doubtful effect. The messages in `options::warnings` come first.
std::vector<std::string> warnings_about(options const& all);

}   // namespace cotrace::app
