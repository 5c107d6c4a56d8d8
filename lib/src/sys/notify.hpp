// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>
#include <cotrace/uapi/arch.hpp>

#include "sys/seccomp.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

/// Functions for seccomp's user notifications, see seccomp_unotify(2). A notified call waits in the kernel for an answer. The
/// listener is the descriptor from which the tracer reads notifications.
namespace cotrace::sys {

/// A system call that waits for the tracer's answer.
struct notification {
    std::uint64_t id = 0;                  ///< the id of the notification, for `is_waiting`, `let_run` and `answer`
    tid thread{};                          ///< the thread that makes the call, by its id in this process's pid namespace
    std::optional<uapi::arch> interface;   ///< the interface of the call; absent if its AUDIT_ARCH_* value is not known
    std::uint64_t number = 0;
    std::array<std::uint64_t, 6> args{};
    std::uint64_t ip = 0;
    std::chrono::steady_clock::time_point taken{};
};

/// The state of a listener.
struct listener_state {
    bool readable = false;   ///< whether a notification can be received, so that `receive` will not block
    bool over = false;       ///< whether no process uses the seccomp program any longer; always false before Linux 5.9
};

/// Makes a random number for the parameter `pass` of `notifying`.
std::uint64_t new_token() noexcept;

/// Returns a program that reports calls by notifications instead of ptrace stops. A sendmsg(2) with `pass` in the register of the
/// sixth argument is not reported: the child sends the listener by this call.
seccomp_program notifying(seccomp_program program, std::uint64_t pass);

listener_state look_at(int listener) noexcept;

/// Receives the next notification. Blocks unless `look_at` returned `readable`. Error ENOENT: the thread was interrupted or
/// killed before its call could be received.
result<notification> receive(int listener) noexcept;

/// Whether the call still waits for the answer. While the call waits, the id of its thread is not reused.
bool is_waiting(int listener, std::uint64_t id) noexcept;

/// Lets the call run. Error ENOENT: the call does not wait any longer.
result<void> let_run(int listener, std::uint64_t id) noexcept;

/// Lets the call return `value` without running. A negative errno makes the call fail.
result<void> answer(int listener, std::uint64_t id, std::int64_t value) noexcept;

/// Makes the tracer and the notified thread wake each other on one CPU, because only one of them runs at a time (since Linux
/// 6.6).
void wake_on_same_cpu(int listener) noexcept;

}   // namespace cotrace::sys
