// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>

#include "sys/ptrace.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

/// waitid(2), typed, and never blocking.
namespace cotrace::sys {

/// What a wait says about one tracee.
struct wait_status {
    enum class kind : std::uint8_t {
        stopped,   ///< in a ptrace-stop; `code` is the signal, or-ed with the PTRACE_EVENT_* shifted left by 8
        exited,    ///< `code` is the exit status
        killed,    ///< `code` is the signal
        dumped,    ///< the same, and a core was dumped
        vanished,  ///< no such child or tracee any longer: someone else took its status
    };

    tid  thread{};
    kind what{};
    int  code = 0;
    std::chrono::nanoseconds system_time{};   ///< that its process had from the kernel so far, if it was asked for
    std::optional<syscall_info> call{};       ///< what it stopped for, where that is known already

    bool is_stop() const noexcept { return what == kind::stopped; }
};

/// Takes the status of `thread` if there is one. `vanished` stands for ECHILD.
std::optional<wait_status> poll(tid thread, bool times = false) noexcept;

/// Whether a thread that ran stopped again, and the status if that is at the entry
/// or the exit of a system call. One request instead of two: the wait status is not
/// taken, and goes with the next resume.
///
/// From Linux 5.18 on; before, a signal that the subject made up looked the same.
/// A seccomp stop can be made up still, and is told by `poll` alone.
struct looked {
    bool stopped = false;
    std::optional<wait_status> at_call{};
};
looked look_for_call(tid thread) noexcept;

/// The same, but an exit stays there to be taken by someone else (WNOWAIT).
std::optional<wait_status> poll_leaving_end(tid thread, bool times = false) noexcept;

/// The same, for the end of a child alone.
std::optional<wait_status> poll_end(tid child) noexcept;

/// The first of this thread's children and tracees that has a status to give,
/// which stays there to be taken (WNOWAIT). It may well be someone else's child.
std::optional<tid> peek_any() noexcept;

/// Whether `thread` is a child or a tracee of this thread. Needs no file descriptor.
bool can_wait_for(tid thread) noexcept;

} // namespace cotrace::sys
