// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace cotrace {

/// A function that gets one line of the debug log, without a newline.
using debug_log = void (*)(std::string_view line) noexcept;

/// Sets the function that gets the debug log of all tracers of the process. If `to` is null, the log is off; this is
/// the initial state. The log has one line for each of the following:
///
/// - a wait status or a seccomp notification that the engine receives;
/// - the kind of a ptrace-stop;
/// - the decision whether the filter of the session selects a call (with `tracing::ptrace`);
/// - a ptrace(2) request that resumes, interrupts, attaches or detaches a thread.
///
/// A line begins with the id of the thread that it is about: "4711: request: PTRACE_SYSCALL". The text is for people
/// and may change with each version.
///
/// The tracers call `to` on their threads, possibly on several threads at the same time. `to` must not call functions
/// of this library. `set_debug_log` may be called on any thread at any time.
void set_debug_log(debug_log to) noexcept;

}   // namespace cotrace
