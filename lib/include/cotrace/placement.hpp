// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace {

/// Says which traced threads may be moved to the tracer's CPU while they stop repeatedly.
/// The move makes the handling of a stop several times faster. Subjects do not notice the move: a thread gets
/// its own CPU affinity back before it asks for the affinity of any thread, creates a
/// thread or a process, or reads a file of proc(5). The thread also gets its affinity back
/// when it has not stopped for a while, because it computes or sleeps, and when it is
/// detached. Other processes may see the move
/// (`taskset -p`).
///
/// With every value, also with `off`, a tracer that answers many stops in a row binds its
/// own thread to one CPU and gives this thread a longer time slice (Linux 6.12), for a
/// millisecond at a time. Both changes are undone before code of the host runs, except
/// before predicates (filters, `interceptor::wants`, `limits::when`).
enum class cpu_placement : std::uint8_t {
    automatic,   ///< launched threads may be moved, unless `session_options::outlive_tracer` is set
    always,      ///< attached threads, too, may be moved; they keep the changed affinity if the tracer dies suddenly
    off,         ///< no thread is moved
};

}   // namespace cotrace
