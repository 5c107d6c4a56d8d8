// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include "sys/ptrace.hpp"
#include "sys/wait.hpp"

#include <csignal>
#include <optional>
#include <variant>

/// Decodes why a tracee stopped, from the results of waitid(2) and ptrace(2). Makes no system call.
namespace cotrace::tracee {

struct syscall_entry {
    sys::syscall_info info;
};
/// A PTRACE_EVENT_SECCOMP stop, at the entry of a call. If the thread also makes a syscall-enter-stop, that stop comes first
/// (since Linux 4.8).
struct reported_call {
    sys::syscall_info info;
};
struct syscall_exit {
    sys::syscall_info info;
};
struct signal_delivery {
    siginfo_t info;
};
struct group_stop {
    signo signal;
};
/// A PTRACE_EVENT_STOP that is no group-stop: after PTRACE_INTERRUPT, at the start of a thread, or at the end of a
/// group-stop.
struct trap {};
struct new_child {
    sys::call_that_made how;
    tid child;
};
struct exec {
    tid former;
};
struct exiting {
    int status;   ///< the wait status that wait(2) will report when the thread has ended
};
/// A stop of any other PTRACE_EVENT_*. The engine sets no option that asks for these events.
struct other_event {
    int number;
};

using stop = std::variant<syscall_entry, reported_call, syscall_exit, signal_delivery, group_stop, trap, new_child, exec, exiting,
                          other_event>;

/// What the tracer has to ask the kernel before it can decode a stop.
enum class question { nothing, syscall_info, signal_info, event_message };

using answer = std::variant<std::monostate, sys::syscall_info, siginfo_t, std::uint64_t>;

/// The question for a stop whose `sys::wait_status` has this code.
question asks(int code) noexcept;

/// Whether a wait status with this code reports a syscall-stop: a stop at the entry or the exit of a call.
bool is_call(int code) noexcept;

/// Whether a wait status with this code reports PTRACE_EVENT_EXEC.
bool is_exec(int code) noexcept;

/// Whether a wait status with this code reports PTRACE_EVENT_EXIT.
bool is_exiting(int code) noexcept;

/// The stop that a wait status with this code and the answer to `asks(code)` describe. Empty if the answer does not fit the
/// code, because the thread was killed after the stop.
std::optional<stop> decode(int code, answer const& given) noexcept;

/// The stop that the answer to a `question::syscall_info` describes. Empty if the thread is at no system call.
std::optional<stop> decode(sys::syscall_info const& info) noexcept;

/// The code of a stopped thread's wait status, from PTRACE_GETSIGINFO. Used if other code has taken the wait status.
int code_from(siginfo_t const& info) noexcept;

}   // namespace cotrace::tracee
