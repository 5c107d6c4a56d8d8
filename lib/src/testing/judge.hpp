// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/testing/sweep_report.hpp>

#include <functional>
#include <string>
#include <vector>

namespace cotrace::testing {

using outcome_check = std::function<std::string(fault_run const& run, fault_run const& clean)>;

struct judgement {
    fault_verdict verdict;
    std::string detail;
};

/// The crashes of the run that the clean run does not have.
std::vector<std::string> new_crashes(fault_run const& run, fault_run const& clean);

judgement judge(fault_run const& run, fault_run const& clean, fault_case const& what, outcome_check const& check);

}   // namespace cotrace::testing
