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
        /// The thread is in a stop, and `code` is the signal. At a syscall-stop, `code` is SIGTRAP | 0x80. At a PTRACE_EVENT
        /// stop, bits 8 and above are the number of the event.
        stopped,
        exited,     ///< `code` is the exit status
        killed,     ///< `code` is the signal
        dumped,     ///< `code` is the signal, and a core was dumped
        vanished,   ///< there is no such child or tracee, for example because other code took its last status
    };

    tid thread{};
    kind what{};
    int code = 0;
    /// The system CPU time of the process and its reaped children; 0 unless the parameter `times` was true.
    std::chrono::nanoseconds system_time{};
    std::optional<syscall_info> call{};   ///< set only by `look_for_call`: the call at which the thread stopped

    bool is_stop() const noexcept { return what == kind::stopped; }
};

/// Takes the wait status of `thread`; nothing if there is none now. The kind `vanished` means ECHILD. If `times` is true,
/// `system_time` is set.
std::optional<wait_status> poll(tid thread, bool times = false) noexcept;

/// Whether a resumed thread has stopped again. If the stop is a syscall-stop, PTRACE_GET_SYSCALL_INFO shows this, and
/// `at_call` is the wait status of such a stop. The kernel's own wait status is not taken.
///
/// Needs Linux 5.18: on older kernels, a signal that the program sends itself can look like a syscall-stop. `at_call` is empty at
/// a seccomp stop, which the program can imitate.
struct looked {
    bool stopped = false;
    std::optional<wait_status> at_call{};
};
looked look_for_call(tid thread) noexcept;

/// Like `poll`, but if the thread has ended, its status stays in the kernel (WNOWAIT).
std::optional<wait_status> poll_leaving_end(tid thread, bool times = false) noexcept;

/// Like `poll`, but only for the end of a child.
std::optional<wait_status> poll_end(tid child) noexcept;

/// The first child or tracee of the calling thread that has a wait status, perhaps an untraced child of the host. The status
/// stays in the kernel (WNOWAIT).
std::optional<tid> peek_any() noexcept;

/// Whether `thread` is a child or a tracee of the calling thread. Needs no file descriptor.
bool can_wait_for(tid thread) noexcept;

}   // namespace cotrace::sys
