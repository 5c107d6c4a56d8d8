// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace cotrace::app {

/// Prints "NAME: LINE" on standard error. NAME is the `argv[0]` that this program was started with, as in strace.
void print_diagnostic(std::string_view line);

/// Prints "NAME: debug: LINE" on standard error, for --debug.
void print_debug_line(std::string_view line) noexcept;

}   // namespace cotrace::app
