// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/filter.hpp>

#include "sys/seccomp.hpp"

namespace cotrace::engine {

/// Makes a seccomp program that reports the calls that `wanted` selects and the calls at which
/// the engine has to act. All other calls run without a stop. If `ends` is true, the program
/// also reports exit_group(2).
result<sys::seccomp_program> kernel_program(filter const& wanted, bool ends = false);

}   // namespace cotrace::engine
