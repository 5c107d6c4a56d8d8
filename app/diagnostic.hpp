// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace cotrace::app {

/// Prints a line on standard error, after the name of the program.
void print_diagnostic(std::string_view line);

}   // namespace cotrace::app
