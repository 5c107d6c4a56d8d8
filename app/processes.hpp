// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <cstddef>

namespace cotrace::app {

/// The process that a thread belongs to.
pid process_of(tid thread);

/// The thread that traces `thread`; `tid{}` if `thread` is not traced.
tid tracer_of(tid thread);

/// The number of threads that a process has now.
std::size_t threads_of(pid process);

/// Raises the soft limit of open files of this process to the hard limit (RLIMIT_NOFILE, getrlimit(2)). A program that
/// is launched afterwards inherits the limit.
void raise_descriptor_limit() noexcept;

} // namespace cotrace::app
