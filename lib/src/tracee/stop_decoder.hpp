// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include "sys/ptrace.hpp"
#include "sys/wait.hpp"

#include <csignal>
#include <optional>
#include <variant>

/// Why a tracee stopped. Pure: what wait and ptrace said goes in, a `stop` comes out.
namespace cotrace::tracee {

struct syscall_entry   { sys::syscall_info info; };
/// The same, because a seccomp program said so; it comes behind the stop at
/// entry where there is one, too (Linux 4.8).
struct reported_call   { sys::syscall_info info; };
struct syscall_exit    { sys::syscall_info info; };
struct signal_delivery { siginfo_t info; };
struct group_stop      { signo signal; };
/// PTRACE_EVENT_STOP that is no group-stop: the answer to PTRACE_INTERRUPT, a
/// new thread's first stop, or the end of a group-stop.
struct trap            {};
struct new_child       { sys::call_that_made how; tid child; };
struct exec            { tid former; };
struct exiting         { int status; };   ///< as wait(2) will tell it
/// An event that no option of ours asked for; ptrace(2) may grow.
struct other_event     { int number; };

using stop = std::variant<syscall_entry, reported_call, syscall_exit, signal_delivery, group_stop, trap, new_child,
                          exec, exiting, other_event>;

/// What must be asked of the kernel before a stop can be told.
enum class question { nothing, syscall_info, signal_info, event_message };

using answer = std::variant<std::monostate, sys::syscall_info, siginfo_t, std::uint64_t>;

/// `code` is that of `sys::wait_status` for a stop.
question asks(int code) noexcept;

/// Whether it is the stop at the entry or the exit of a call.
bool is_call(int code) noexcept;

/// Whether it is PTRACE_EVENT_EXEC, which concerns more than the thread that stops.
bool is_exec(int code) noexcept;

/// The stop, given the answer to `asks(code)`. Nothing when the answer does not
/// fit: a syscall-stop of which the kernel says that it is at no system call
/// (the thread was killed in between).
std::optional<stop> decode(int code, answer const& told) noexcept;

/// The code that a wait would have given for a stopped thread whose wait
/// status someone else took, from its PTRACE_GETSIGINFO.
int code_from(siginfo_t const& info) noexcept;

} // namespace cotrace::tracee
