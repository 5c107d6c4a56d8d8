// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "argument_parsing.hpp"
#include "options.hpp"

#include <string_view>

namespace cotrace::app {

/// Applies --stop-after. `list` is a comma-separated list of limits. Each kind of limit may be given once.
usage_error set_stop_limits(options& to, std::string_view list);

}   // namespace cotrace::app
