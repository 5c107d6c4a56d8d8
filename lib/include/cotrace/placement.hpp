// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace {

/// Who may be put on the tracer's CPU for as long as it stops again and again,
/// which makes a stop several times faster. Subjects do not notice: they have
/// their own CPUs back before they ask for anybody's affinity, make a thread or
/// a process, or read a file of proc(5), once they compute or sleep, and when
/// they are let go. Other processes may see it (`taskset -p`).
///
/// Whatever this says, a tracer that answers stops in a row keeps its thread on
/// one CPU meanwhile, with a longer time slice (Linux 6.12), for a millisecond at a
/// time. The host's code finds its thread as it left it; only predicates (filters,
/// `interceptor::wants`, `limits::when`) are called in between.
enum class cpu_placement : std::uint8_t {
    automatic,   ///< the launched, unless they are to outlive the tracer
    always,      ///< the attached, too; a tracer that dies suddenly leaves them where they are
    off,
};

} // namespace cotrace
