// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

namespace cotrace::app {

/// How the process of cotrace has to end.
struct conclusion {
    int status = 0;
    int signal = 0;    ///< if not 0, the process ends by this signal
};

/// Exit statuses for failures of cotrace. Those for a failed launch are the statuses of a shell.
inline constexpr int failed = 1, cannot_run = 126, not_found = 127;

/// Prints a line on standard error, after the name of the program.
void complain(std::string_view line);

/// Traces as the options say, until the end. Has printed a message for each failure.
conclusion trace(options wanted);

} // namespace cotrace::app
