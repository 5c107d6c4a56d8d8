// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace cotrace::app {

/// How cotrace itself has to end.
struct conclusion {
    int status = 0;
    int signal = 0;   ///< the signal by which cotrace ends; 0: cotrace ends with `status`
};

/// Exit statuses for failures of cotrace. `cannot_run` and `not_found` are the statuses of a shell that cannot run a
/// command.
inline constexpr int failed = 1, cannot_run = 126, not_found = 127;

}   // namespace cotrace::app
