// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include "sys/ptrace.hpp"
#include "sys/wait.hpp"

#include <csignal>
#include <optional>
#include <variant>

/// Decodes why a tracee stopped, from the answers of wait and ptrace. Makes no system call.
namespace cotrace::tracee {

struct syscall_entry   { sys::syscall_info info; };
/// A stop at the entry of a call that a seccomp program reports. It follows the
/// syscall-enter-stop, if the thread makes that stop, too (Linux 4.8).
struct reported_call   { sys::syscall_info info; };
struct syscall_exit    { sys::syscall_info info; };
struct signal_delivery { siginfo_t info; };
struct group_stop      { signo signal; };
/// PTRACE_EVENT_STOP that is no group-stop: the answer to PTRACE_INTERRUPT, a
/// new thread's first stop, or the end of a group-stop.
struct trap            {};
struct new_child       { sys::call_that_made how; tid child; };
struct exec            { tid former; };
struct exiting         { int status; };   ///< as wait(2) will report it
/// An event that the engine did not ask for. Later kernels may have more events.
struct other_event     { int number; };

using stop = std::variant<syscall_entry, reported_call, syscall_exit, signal_delivery, group_stop, trap, new_child,
                          exec, exiting, other_event>;

/// What to ask the kernel before a stop can be decoded.
enum class question { nothing, syscall_info, signal_info, event_message };

using answer = std::variant<std::monostate, sys::syscall_info, siginfo_t, std::uint64_t>;

/// `code` is that of `sys::wait_status` for a stop.
question asks(int code) noexcept;

/// Whether `code` is that of a stop at the entry or the exit of a call.
bool is_call(int code) noexcept;

/// Whether `code` is that of PTRACE_EVENT_EXEC, which may concern more threads than the one that stops.
bool is_exec(int code) noexcept;

/// The stop, from its code and the answer to `asks(code)`. Empty if the answer does not
/// fit. That happens at a syscall-stop when the thread was killed meanwhile: the kernel
/// then says that the thread is at no system call.
std::optional<stop> decode(int code, answer const& given) noexcept;

/// The stop of a `question::syscall_info`. Nothing if the kernel says that the thread is not in a call.
std::optional<stop> decode(sys::syscall_info const& info) noexcept;

/// The code of a stopped thread whose wait status other code took, from the answer to
/// PTRACE_GETSIGINFO.
int code_from(siginfo_t const& info) noexcept;

} // namespace cotrace::tracee
