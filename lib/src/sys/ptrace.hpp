// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>
#include <cotrace/uapi/arch.hpp>

#include <array>
#include <csignal>
#include <cstdint>
#include <optional>
#include <span>

/// Typed functions for ptrace(2). ESRCH means that the thread is not, or no longer, a stopped tracee of the calling thread, if
/// the request needs one ("Death under ptrace").
namespace cotrace::sys {

/// The call that made a thread, as the kernel reports it: `vfork` with CLONE_VFORK, otherwise `clone` with an exit signal other
/// than SIGCHLD, otherwise `fork`.
enum class call_that_made : std::uint8_t { fork, vfork, clone };

/// PTRACE_O_* bits.
enum class trace_options : unsigned {};

struct options_wanted {
    bool follow = true;       ///< whether the threads and processes that the thread makes are traced, too
    bool exit_kill = false;   ///< whether the kernel kills the tracee when its tracer ends
    bool filtered = false;    ///< whether the tracee stops at calls for which a seccomp program returns SECCOMP_RET_TRACE
};

trace_options options_for(options_wanted wanted) noexcept;

enum class resume_mode : std::uint8_t { cont, syscall };

/// The numbers PTRACE_EVENT_*. In a wait status, such a number is in the bits above the signal.
namespace event {
inline constexpr int fork = 1, vfork = 2, clone = 3, exec = 4, vfork_done = 5, exit = 6, seccomp = 7;
inline constexpr int stop = 128;
}   // namespace event

/// The answer to PTRACE_GET_SYSCALL_INFO (Linux 5.3).
struct syscall_info {
    enum class position : std::uint8_t { none, entry, exit, seccomp };

    position at = position::none;
    std::optional<uapi::arch> interface;   ///< the interface of the call; absent if its AUDIT_ARCH_* value is not known
    std::uint64_t ip = 0;
    std::uint64_t sp = 0;
    std::uint64_t number = 0;              ///< set at the entry of a call and at a seccomp stop
    std::array<std::uint64_t, 6> args{};   ///< set at the entry of a call and at a seccomp stop
    std::int64_t value = 0;                ///< set at the exit of a call: the return value, or a negative errno
    bool is_error = false;                 ///< set at the exit of a call: whether the call failed
    std::uint32_t report = 0;              ///< set at a seccomp stop: the SECCOMP_RET_DATA of the seccomp program
};

result<void> seize(tid thread, trace_options options) noexcept;

/// PTRACE_SEIZE of a thread that already runs a program. Error EAGAIN: no answer within some milliseconds. Without an unused
/// real-time signal, or without a timer, there is no time limit.
///
/// PTRACE_SEIZE waits for the target's cred_guard_mutex, which an execve(2) holds until the other threads are reaped. If this
/// tracer traces such a thread, the wait is a deadlock (seen up to Linux 6.18).
result<void> seize_running(tid thread, trace_options options) noexcept;
result<void> interrupt(tid thread) noexcept;
result<void> listen(tid thread) noexcept;
result<void> resume(tid thread, resume_mode how, signo sig) noexcept;
result<void> detach(tid thread, signo sig) noexcept;

result<std::uint64_t> event_message(tid thread) noexcept;
result<syscall_info> current_syscall(tid thread) noexcept;
result<siginfo_t> signal_info(tid thread) noexcept;

/// Whether PTRACE_GET_SYSCALL_INFO works: the request fails with EIO in some sandboxes. The result is also true before Linux 5.3,
/// which lacks the request.
bool has_syscall_info() noexcept;

/// `read_registers` and `write_registers` read and write the general registers, in the layout of the tracer's own
/// architecture.
result<void> read_registers(tid thread, std::span<std::byte> into) noexcept;
result<void> write_registers(tid thread, std::span<std::byte const> from) noexcept;

/// Changes the number of the call on aarch64, where `write_registers` cannot change it. Does nothing on other architectures.
result<void> write_syscall_number(tid thread, int number) noexcept;

/// Changes the first argument of a call at its entry or at a seccomp stop (PTRACE_SET_SYSCALL_INFO), for riscv64. Error ENOTSUP:
/// the kernel is older than Linux 6.16.
result<void> write_first_argument(tid thread, std::uint64_t value) noexcept;

}   // namespace cotrace::sys
