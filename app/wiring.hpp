// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

namespace cotrace::app {

/// How the command is to end.
struct conclusion {
    int status = 0;
    int signal = 0;    ///< end by this one instead, if it is not 0
};

/// Exit statuses for our own failures; a shell's for those of the launch.
inline constexpr int failed = 1, cannot_run = 126, not_found = 127;

/// Says something on standard error, after our name.
void complain(std::string_view line);

/// Traces what the options ask for, to its end. What went wrong was said.
conclusion trace(options wanted);

} // namespace cotrace::app
