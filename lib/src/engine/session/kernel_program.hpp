// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/filter.hpp>

#include "sys/seccomp.hpp"

namespace cotrace::engine {

/// Calls that a seccomp program reports, even if the filter does not select them, because the engine needs them.
struct also_reported {
    bool ends = false;       ///< exit_group(2)
    bool mappings = false;   ///< the calls that may change which files are mapped
};

/// The program reports the calls in `wanted` and `also`, and those at which the engine must act. Exception: see
/// `sys::report_calls`.
result<sys::seccomp_program> kernel_program(filter const& wanted, also_reported also = {});

}   // namespace cotrace::engine
