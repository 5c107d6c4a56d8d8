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

/// Makes a seccomp program that reports the calls that `wanted` selects, the calls at which the engine always has to
/// act, and the calls in `also`. Other calls run without a report, apart from the exception that `sys::report_calls`
/// describes.
result<sys::seccomp_program> kernel_program(filter const& wanted, also_reported also = {});

}   // namespace cotrace::engine
