// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace {

/// Says which traced threads may be moved to the CPU of the tracer's thread while they stop repeatedly. The move makes
/// the handling of a stop several times faster.
///
/// A moved thread gets its own CPU affinity back when it has not stopped for a while, and when it is detached. It also
/// gets the affinity back before it creates an untraced thread or process. All moved threads get their affinity back
/// before a subject reads or sets a CPU affinity, or reads a file of proc(5). If a seccomp program selects the calls
/// (`kernel_filter`), the tracer may not see such a read. Other processes may see the move (`taskset -p`).
///
/// With every value, also with `off`, a busy tracer changes its own thread on Linux 6.12 or later. For about a
/// millisecond at a time, the thread has a longer time slice, and is often bound to one CPU. Both changes are undone
/// before coroutines and handlers of the host run. They are not undone before the tracer calls `interceptor::wants`,
/// `interceptor::on_end`, `limits::when`, a condition of a `call_matcher`, or a custom decoder.
enum class cpu_placement : std::uint8_t {
    automatic,   ///< launched threads may be moved, unless `session_options::outlive_tracer` is set
    always,      ///< like `automatic`, but also for attached threads, which keep the CPU if the tracer dies suddenly
    off,         ///< no thread is moved
};

}   // namespace cotrace
