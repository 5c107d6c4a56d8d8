// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <cotrace/interceptor.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace cotrace::app {

/// The interceptors for -e inject and -e fault. `own_process` is a process that runs code of
/// cotrace until the process executes COMMAND; nothing is injected into the calls of that
/// code. If `own_process` is `tid{}`, it stands for the first process that makes a call. If
/// `own_process` is nullopt, no process runs code of cotrace.
std::vector<std::shared_ptr<interceptor>> interceptors_for(std::vector<injection_rule> const& rules,
                                                           std::optional<tid> own_process);

}   // namespace cotrace::app
