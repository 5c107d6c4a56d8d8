// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "conclusion.hpp"
#include "options.hpp"

namespace cotrace::app {

/// Traces, or shows a trace file (`cotrace view`), as the options say. Prints a message for each failure.
conclusion trace(options wanted);

}   // namespace cotrace::app
