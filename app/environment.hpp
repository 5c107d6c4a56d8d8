// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <vector>

namespace cotrace::app {

/// Our environment with the changes of -E: "NAME=value" sets, "NAME" removes.
std::vector<std::string> changed_environment(std::vector<std::string> const& changes);

} // namespace cotrace::app
