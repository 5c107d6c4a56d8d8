// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>

#include "sys/unique_fd.hpp"

#include <csignal>
#include <utility>

/// Functions that signal processes and threads, by a pidfd if possible, so that no signal reaches a process with a reused id.
namespace cotrace::sys {

/// A file descriptor of a process or thread (pidfd_open(2), Linux 5.3). The descriptor never refers to a later process or thread
/// with the same id.
class pidfd {
public:
    /// Makes a `pidfd` that refers to nothing.
    pidfd() noexcept = default;

    /// Opens a descriptor of a process. The result refers to nothing if there is no such process, or no free descriptor; errno
    /// says which.
    static pidfd of(pid process) noexcept;
    /// Opens a descriptor of a thread (PIDFD_THREAD). Before Linux 6.9, the result refers to nothing, and errno is EINVAL.
    static pidfd of(tid thread) noexcept;

    explicit operator bool() const noexcept { return static_cast<bool>(fd_); }
    int get() const noexcept { return fd_.get(); }

    /// Whether the process has ended, also if it is still a zombie.
    bool has_ended() const noexcept;
    /// Whether the process was reaped, so that its id is free.
    bool is_reaped() const noexcept;

    /// Sends SIGKILL to the process.
    void kill() const noexcept;

private:
    explicit pidfd(int fd) noexcept
        : fd_{fd}
    {
    }

    unique_fd fd_;
};

enum class receiver { thread, process };

/// How a signal was sent.
enum class addressed {
    by_pidfd,
    by_id,   ///< without a pidfd, because the kernel is older than Linux 6.9, or no file descriptor was free
};

/// Sends `sig` to `thread`, or to its process. Calls `is_meant()` after opening a pidfd, to check that the id belongs to the
/// intended thread. Error ESRCH: the thread is gone, or `is_meant()` returned false.
template <class IsMeant>
result<addressed> send_signal(tid thread, signo sig, receiver to, IsMeant is_meant);

/// Sends SIGKILL to the process that `child` leads. Does nothing if the id belongs to no child or tracee of this process, because
/// other code has reaped the child.
void kill_child(tid child) noexcept;

/// Whether `thread` belongs to `process`. Takes less time than reading /proc. False also if this process may not signal the
/// thread.
bool is_thread_of(pid process, tid thread) noexcept;

// The template `send_signal` calls this function.
namespace detail {
result<addressed> send_signal(pidfd const& by, tid thread, signo sig, receiver to) noexcept;
}

template <class IsMeant>
result<addressed> send_signal(tid thread, signo sig, receiver to, IsMeant is_meant)
{
    auto const by = pidfd::of(thread);
    if (!is_meant())
        return error_code{ESRCH, boost::system::system_category()};
    return detail::send_signal(by, thread, sig, to);
}

}   // namespace cotrace::sys
