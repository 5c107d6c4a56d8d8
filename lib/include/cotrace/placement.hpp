// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace {

/// Who may be put on the tracer's CPU for as long as it stops again and again,
/// which makes a stop several times faster. Subjects do not notice: they have
/// their own CPUs back before they ask for anybody's affinity, make a thread or
/// a process, or open a file of proc(5), once they compute or sleep, and when
/// they are let go. Other processes may see it (`taskset -p`).
enum class cpu_placement : std::uint8_t {
    automatic,   ///< the launched, unless they are to outlive the tracer
    always,      ///< the attached, too; a tracer that dies suddenly leaves them where they are
    off,
};

} // namespace cotrace
