// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/filter.hpp>

#include "sys/seccomp.hpp"

namespace cotrace::engine {

/// A seccomp program that reports the calls of `wanted` and the calls that the engine
/// has to see. All other calls run without a stop. With `ends`, the engine has to see
/// exit_group(2), too.
result<sys::seccomp_program> kernel_program(filter const& wanted, bool ends = false);

} // namespace cotrace::engine
