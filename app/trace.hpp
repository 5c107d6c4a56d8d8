// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "conclusion.hpp"
#include "options.hpp"

namespace cotrace::app {

/// Traces as the options say, until the tracing has ended. Prints a message for each failure.
conclusion trace(options wanted);

}   // namespace cotrace::app
