// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace cotrace {

/// A function that gets one line of the debug log, without a newline.
using debug_log = void (*)(std::string_view line) noexcept;

/// Sets the function that gets the debug log of all tracers of the process; null: no log, as in the beginning. The log
/// has one line for each
///
/// - wait status or seccomp notification that a tracer receives;
/// - ptrace-stop, with its kind;
/// - system call of a thread that is traced with ptrace: whether the filter of the session selects the call;
/// - ptrace(2) request that resumes, interrupts, attaches or detaches a thread.
///
/// A line begins with the id of the thread: "4711: request: PTRACE_SYSCALL". The text may change with each version.
///
/// The tracers call `to` on their threads, possibly on several threads at the same time. `to` must not call functions
/// of this library. Any thread may call `set_debug_log` at any time.
void set_debug_log(debug_log to) noexcept;

}   // namespace cotrace
