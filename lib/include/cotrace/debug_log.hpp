// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace cotrace {

/// A function that gets one line of the debug log, without a newline.
using debug_log = void (*)(std::string_view line) noexcept;

/// Sets the function that gets the debug log of all tracers of the process. If `to` is null, the log is off; this is
/// the initial state. The log shows the decisions of the engine: each wait status and seccomp notification that it
/// receives, the kind of stop that it derives from a wait status, whether the session's filter selects a call, and each
/// ptrace(2) request that resumes, interrupts, attaches or detaches a thread. A line begins with the id of the thread
/// that it is about: "4711: request: PTRACE_SYSCALL". The text is for people and may change with each version.
///
/// The tracers call `to` on their threads, possibly on several threads at the same time. `to` must not call functions
/// of this library. `set_debug_log` may be called on any thread at any time.
void set_debug_log(debug_log to) noexcept;

}   // namespace cotrace
