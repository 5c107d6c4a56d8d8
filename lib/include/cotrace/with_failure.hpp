// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace cotrace {

/// The default completion token of launches and attaches. It works like `asio::deferred`, except that awaiting a launch
/// or attach that fails throws a `failed`. `failed::why` gives the step that failed, such as PTRACE_SEIZE, the thread that
/// this step concerned, and, if the process had a tracer already, the id of that tracer.
struct with_failure_t {};
inline constexpr with_failure_t with_failure{};

}   // namespace cotrace

#include <cotrace/impl/with_failure.hpp>
