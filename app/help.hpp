// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

namespace cotrace::app {

/// The text that --help prints.
std::string help();

}   // namespace cotrace::app
