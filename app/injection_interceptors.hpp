// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <cotrace/interceptor.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace cotrace::app {

/// The interceptors for -e inject and -e fault. Nothing is injected into calls that `own_process` makes before it executes
/// COMMAND. `tid{}` stands for the first process that makes a call.
std::vector<std::shared_ptr<interceptor>> interceptors_for(std::vector<injection_rule> const& rules,
                                                           std::optional<tid> own_process);

}   // namespace cotrace::app
