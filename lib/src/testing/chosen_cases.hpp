// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>

#include <cstddef>
#include <vector>

namespace cotrace::testing {

/// The indices of the cases that a sweep runs, sorted; empty for all cases. `only` is `fault_options::only`. If it is empty,
/// the environment variable COTRACE_SWEEP_ONLY lists the cases. Fails with EINVAL if the variable is not a list of cases.
result<std::vector<std::size_t>, failure> chosen_cases(std::vector<std::size_t> only);

}   // namespace cotrace::testing
