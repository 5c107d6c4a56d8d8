// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>

#include "sys/ptrace.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

/// Functions that find out whether a tracee or child has a wait status, mostly by waitid(2). None of them blocks.
namespace cotrace::sys {

/// A wait status of one tracee or child.
struct wait_status {
    enum class kind : std::uint8_t {
        /// The thread is in a stop. `code` is the signal of the stop. At a syscall-stop, `code` is SIGTRAP | 0x80. At a
        /// PTRACE_EVENT stop, the number PTRACE_EVENT_* is in the bits above the lowest 8 bits of `code`.
        stopped,
        exited,     ///< `code` is the exit status
        killed,     ///< `code` is the signal
        dumped,     ///< `code` is the signal, and a core was dumped
        vanished,   ///< there is no such child or tracee, for example because other code took its last status
    };

    tid thread{};
    kind what{};
    int code = 0;
    /// The system CPU time that the process and its reaped children have used so far. 0 unless the function that made
    /// this object was called with `times` set to true.
    std::chrono::nanoseconds system_time{};
    std::optional<syscall_info> call{};   ///< set only by `look_for_call`: the call at which the thread stopped

    bool is_stop() const noexcept { return what == kind::stopped; }
};

/// Takes the wait status of `thread` from the kernel. Nothing if `thread` has no wait status now. The kind `vanished`
/// means that waitid(2) failed with ECHILD. If `times` is true, `system_time` of the result is set.
std::optional<wait_status> poll(tid thread, bool times = false) noexcept;

/// The result of `look_for_call`: whether a thread that was resumed has stopped again. If the thread is at the entry or the exit
/// of a system call, `at_call` is the wait status of the thread. `look_for_call` makes a PTRACE_GET_SYSCALL_INFO without a
/// waitid(2), so the kernel keeps the wait status until the next resume.
///
/// Needs Linux 5.18. On older kernels, the traced program can send itself a signal whose stop
/// looks like the entry or the exit of a call. On all kernels, the program can imitate a seccomp
/// stop, so `at_call` is empty at a seccomp stop; `poll` takes the status of that stop.
struct looked {
    bool stopped = false;
    std::optional<wait_status> at_call{};
};
looked look_for_call(tid thread) noexcept;

/// Like `poll`, but if the thread has ended, its status stays in the kernel (WNOWAIT).
std::optional<wait_status> poll_leaving_end(tid thread, bool times = false) noexcept;

/// Like `poll`, but only for the end of a child.
std::optional<wait_status> poll_end(tid child) noexcept;

/// The first child or tracee of the calling thread that has a wait status. The status stays in the kernel (WNOWAIT). The result
/// may be an untraced child of the host.
std::optional<tid> peek_any() noexcept;

/// Whether `thread` is a child or a tracee of the calling thread. Needs no file descriptor.
bool can_wait_for(tid thread) noexcept;

}   // namespace cotrace::sys
