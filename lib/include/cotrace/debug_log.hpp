// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace cotrace {

/// A function that gets one line of the debug log, without a newline.
using debug_log = void (*)(std::string_view line) noexcept;

/// Sets the function that gets the debug log of all tracers of the process, or turns the log off with null, which is the
/// initial state. The log shows the decisions of the engine: each wait status that it takes, the stop that the status
/// and the kernel's answers describe, whether a call is recorded, and each ptrace(2) request that resumes, interrupts,
/// attaches or detaches a thread. A line begins with the id of the thread that it is about: "4711: request:
/// PTRACE_SYSCALL". The text is for people and may change with each version.
///
/// `to` is called on the threads of the tracers, also on several threads at the same time, and must not call functions of
/// this library. May be called on any thread at any time.
void set_debug_log(debug_log to) noexcept;

}   // namespace cotrace
