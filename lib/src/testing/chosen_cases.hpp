// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>

#include <cstddef>
#include <vector>

namespace cotrace::testing {

/// The sorted indices of the cases to run; empty for all cases. If `only` is empty, the environment variable COTRACE_SWEEP_ONLY
/// lists the cases. Error EINVAL: the variable is no such list.
result<std::vector<std::size_t>, failure> chosen_cases(std::vector<std::size_t> only);

}   // namespace cotrace::testing
