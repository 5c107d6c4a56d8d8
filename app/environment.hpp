// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <vector>

namespace cotrace::app {

/// The environment of this process with the changes of -E: "NAME=value" sets a variable, "NAME" removes it.
std::vector<std::string> changed_environment(std::vector<std::string> const& changes);

}   // namespace cotrace::app
