// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <cotrace/interceptor.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace cotrace::app {

/// What carries out -e inject and -e fault. `ours` is a process that runs our own
/// code until it executes COMMAND, which nothing is injected into; `tid{}` stands
/// for the first that is seen.
std::vector<std::shared_ptr<interceptor>> interceptors_for(std::vector<injection_rule> const& rules, std::optional<tid> ours);

} // namespace cotrace::app
