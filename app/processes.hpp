// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <cstddef>

namespace cotrace::app {

/// The process that a thread belongs to.
pid process_of(tid thread);

/// How many threads a process has now.
std::size_t threads_of(pid process);

} // namespace cotrace::app
