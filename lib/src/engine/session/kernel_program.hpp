// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/filter.hpp>

#include "sys/seccomp.hpp"

namespace cotrace::engine {

/// What the kernel can decide of `wanted`: calls that it does not want, and
/// that the engine needs not see either, run without a stop. With `ends`, the
/// engine needs to see how processes leave, too.
result<sys::seccomp_program> kernel_program(filter const& wanted, bool ends = false);

} // namespace cotrace::engine
