// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>

#include <array>
#include <csignal>
#include <cstdint>
#include <optional>
#include <span>

/// ptrace(2), typed. Each function is one request. ESRCH means that the thread
/// is not (any longer) stopped for us: see ptrace(2), "Death under ptrace".
namespace cotrace::sys {

/// What the kernel takes a new thread to be made by: CLONE_VFORK makes it
/// `vfork`, an exit signal other than SIGCHLD `clone`.
enum class call_that_made : std::uint8_t { fork, vfork, clone };

/// PTRACE_O_* bits.
enum class trace_options : unsigned {};

struct options_wanted {
    bool follow    = true;    ///< also trace what the thread creates
    bool exit_kill = false;   ///< the tracee dies with its tracer
    bool filtered  = false;   ///< system calls that a seccomp program says to report stop the tracee
};

trace_options options_for(options_wanted wanted) noexcept;

enum class resume_mode : std::uint8_t { cont, syscall };

/// PTRACE_EVENT_*, as a wait status has them above the signal.
namespace event {
inline constexpr int fork = 1, vfork = 2, clone = 3, exec = 4, vfork_done = 5, exit = 6, seccomp = 7;
/// PTRACE_EVENT_STOP, which glibc 2.36 does not name.
inline constexpr int stop = 128;
} // namespace event

/// The interface of a call with that AUDIT_ARCH_* and number; nothing for one that we do not know.
std::optional<abi::arch> interface_of(std::uint32_t audit, std::uint64_t number) noexcept;

/// The answer to PTRACE_GET_SYSCALL_INFO (Linux 5.3).
struct syscall_info {
    enum class position : std::uint8_t { none, entry, exit, seccomp };

    position      at = position::none;
    std::optional<abi::arch> interface;   ///< absent: an AUDIT_ARCH that we do not know
    std::uint64_t ip = 0;
    std::uint64_t sp = 0;
    std::uint64_t number = 0;             ///< at entry
    std::array<std::uint64_t, 6> args{};  ///< at entry
    std::int64_t  value = 0;              ///< at exit
    bool          is_error = false;       ///< at exit
    std::uint32_t report = 0;             ///< at a seccomp stop: the program's SECCOMP_RET_DATA
};

result<void> seize(tid thread, trace_options options) noexcept;

/// The same for what runs already. EAGAIN when the kernel did not answer within
/// some milliseconds.
///
/// PTRACE_SEIZE waits for the target's cred_guard_mutex. An execve(2) under way
/// holds it and waits for the process's other threads to be reaped; if one of
/// them is ours, even one that its maker's event never told of, it waits for us,
/// who wait for it (seen up to Linux 6.18).
result<void> seize_running(tid thread, trace_options options) noexcept;
result<void> interrupt(tid thread) noexcept;
result<void> listen(tid thread) noexcept;
result<void> resume(tid thread, resume_mode how, signo sig) noexcept;
result<void> detach(tid thread, signo sig) noexcept;

result<std::uint64_t> event_message(tid thread) noexcept;
result<syscall_info>  current_syscall(tid thread) noexcept;
result<siginfo_t>     signal_info(tid thread) noexcept;

/// False where a sandbox answers EIO to PTRACE_GET_SYSCALL_INFO before it looks for the thread. What an old kernel lacks,
/// its version tells.
bool has_syscall_info() noexcept;

/// The general registers, in the layout of the tracer's own architecture.
result<void> read_registers(tid thread, std::span<std::byte> into) noexcept;
result<void> write_registers(tid thread, std::span<std::byte const> from) noexcept;

/// Where the call number is no general register (aarch64), this changes it.
result<void> write_syscall_number(tid thread, int number) noexcept;

} // namespace cotrace::sys
