// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace {

/// Says which traced threads may be moved to the tracer's CPU while they stop repeatedly. The move makes the handling
/// of a stop several times faster. Subjects usually do not notice the move: all moved threads get their own CPU affinity
/// back before a subject asks for or sets the affinity of any thread, or reads a file of proc(5). But if a seccomp program
/// selects the calls (`kernel_filter`), the tracer may not see the read. A moved thread also gets its affinity back in
/// three cases: before it creates a thread or a process that is not traced, when it has not stopped for a while, and when
/// it is detached. Other processes may see the move (`taskset -p`).
///
/// With every value, also with `off`, a tracer on Linux 6.12 or later changes its own thread while it answers many
/// stops in a row: for about a millisecond at a time, it gives the thread a longer time slice, and often binds it to
/// one CPU. Both changes are undone before code of the host runs, except before functions that the tracer calls
/// directly: `interceptor::wants`, `interceptor::on_end`, `limits::when`, the conditions of a `call_matcher`, and
/// custom decoders.
enum class cpu_placement : std::uint8_t {
    automatic,   ///< launched threads may be moved, unless `session_options::outlive_tracer` is set
    always,      ///< like `automatic`, but also for attached threads, which keep the CPU if the tracer dies suddenly
    off,         ///< no thread is moved
};

}   // namespace cotrace
