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

/// A call that waits.
struct notification {
    std::uint64_t id = 0;                 ///< what an answer refers to
    tid           thread{};               ///< in our pid namespace
    std::optional<abi::arch> interface;   ///< absent: an AUDIT_ARCH that we do not know
    std::uint64_t number = 0;
    std::array<std::uint64_t, 6> args{};
    std::uint64_t ip = 0;
    std::chrono::steady_clock::time_point taken{};
};

/// What there is to do with a listener.
struct listener_state {
    bool readable = false;   ///< `receive` will not block
    bool over     = false;   ///< nobody has the program any longer (Linux 5.9)
};

/// Something that nobody else has, for `notifying`.
std::uint64_t new_pass() noexcept;

/// Makes a program whose reports are stops one whose reports are notifications.
/// Calls of sendmsg(2) with `pass` in their sixth register, which that call does
/// not have, run unseen: the one that brings us the listener.
seccomp_program notifying(seccomp_program program, std::uint64_t pass);

listener_state look_at(int listener) noexcept;

/// The next call that waits; blocks where `look_at` did not say `readable`.
/// ENOENT: it was given up meanwhile.
result<notification> receive(int listener) noexcept;

/// Whether the call still waits. While it does, its thread's id names that thread.
bool is_waiting(int listener, std::uint64_t id) noexcept;

/// Lets the call run. ENOENT: it does not wait any longer.
result<void> let_run(int listener, std::uint64_t id) noexcept;

/// Lets the call return `value`, a negative errno where it is to fail, without running.
result<void> answer(int listener, std::uint64_t id, std::int64_t value) noexcept;

/// Asks the kernel to wake each side on the CPU of the other, as only one of the
/// two has something to do at a time (Linux 6.6; no change where it cannot).
void wake_on_same_cpu(int listener) noexcept;

} // namespace cotrace::sys
