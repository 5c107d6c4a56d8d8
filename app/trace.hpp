// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "conclusion.hpp"
#include "options.hpp"

namespace cotrace::app {

/// Traces as the options say, until the tracing has ended, or shows a trace file (`cotrace view`). Prints a message for each
/// failure.
conclusion trace(options wanted);

}   // namespace cotrace::app
