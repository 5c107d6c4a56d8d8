// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>

#include "sys/seccomp.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

/// Seccomp's user notification, typed: calls that wait in the kernel until the
/// owner of a descriptor, the listener, says what becomes of them. See seccomp_unotify(2).
namespace cotrace::sys {

/// A call that waits for an answer.
struct notification {
    std::uint64_t id = 0;                 ///< names the call in the answer
    tid           thread{};               ///< in this process's pid namespace
    std::optional<abi::arch> interface;   ///< absent if the AUDIT_ARCH is not known
    std::uint64_t number = 0;
    std::array<std::uint64_t, 6> args{};
    std::uint64_t ip = 0;
    std::chrono::steady_clock::time_point taken{};
};

/// The state of a listener.
struct listener_state {
    bool readable = false;   ///< `receive` will not block
    bool over     = false;   ///< no process has the program any longer (Linux 5.9)
};

/// A random number for `notifying`, which no other program knows.
std::uint64_t new_pass() noexcept;

/// Turns a program that reports calls by stops into one that reports them by notifications.
/// A sendmsg(2) with `pass` in the register of a sixth argument, which that call does not
/// have, is not reported: the child sends its listener with such a call.
seccomp_program notifying(seccomp_program program, std::uint64_t pass);

listener_state look_at(int listener) noexcept;

/// The next call that waits. Blocks unless `look_at` returned `readable`.
/// ENOENT: the thread was interrupted or killed meanwhile.
result<notification> receive(int listener) noexcept;

/// Whether the call still waits. While it waits, the id of its thread is not reused.
bool is_waiting(int listener, std::uint64_t id) noexcept;

/// Lets the call run. ENOENT: the call does not wait any longer.
result<void> let_run(int listener, std::uint64_t id) noexcept;

/// Lets the call return `value` without running. A negative errno makes the call fail.
result<void> answer(int listener, std::uint64_t id, std::int64_t value) noexcept;

/// Asks the kernel to wake the tracer on the CPU of the caller, and the caller on the CPU
/// of the tracer, because only one of the two runs at a time. Has no effect before Linux 6.6.
void wake_on_same_cpu(int listener) noexcept;

} // namespace cotrace::sys
