// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include "sys/process.hpp"
#include "sys/unique_fd.hpp"

#include <csignal>
#include <memory>
#include <unordered_map>
#include <vector>

struct io_uring;

namespace cotrace::engine {

struct thread_mask;

/// SIGCHLD as a readable file descriptor, for any number of tracers in a process.
///
/// While a thread is traced, SIGCHLD is blocked in the tracer's thread. It is not blocked if the host has a handler
/// for SIGCHLD. While no thread is traced, the tracer's thread has the signal mask of the host, because no tracer
/// reads the descriptor then, and a handler that the host installs has to be called.
///
/// A process has at most one pending SIGCHLD, and one tracer reads it. That tracer wakes the others by their eventfds.
class sigchld_hints {
public:
    sigchld_hints();
    ~sigchld_hints();

    int fd() const noexcept { return both_.get(); }

    // Only the tracer's thread may call these three.

    /// A thread is traced: blocks SIGCHLD.
    void begin();
    /// No thread is traced any more: puts the signal mask back.
    void rest();
    /// `fd` is readable: reads all of it. Appends the processes of `watch_end` that have ended to `named`.
    void drain(std::vector<tid>& named);

    /// Holds the process by a pidfd, so that its end is a hint even if the host ignores or takes SIGCHLD. Does nothing if
    /// fewer than two file descriptors are free.
    void watch_end(tid leader);
    void forget_end(tid leader) { ends_.erase(leader); }

    /// False when SIGCHLD may not arrive: ignored, SA_NOCLDSTOP, handled by the host, or unblocked in another thread.
    bool trusted() const noexcept { return trusted_; }

    /// The mask of the calling thread without what tracers changed in it.
    sigset_t host_mask() const noexcept;

private:
    void leave_to_host();

    sys::unique_fd signal_;   ///< signalfd
    sys::unique_fd wakeup_;   ///< eventfd that the tracer that read SIGCHLD writes to
    std::unordered_map<tid, sys::pidfd> ends_;   ///< of `watch_end`, by the leader's id
    sys::unique_fd both_;     ///< epoll on all of these
    bool trusted_ = false;
    thread_mask* blocked_in_ = nullptr;   ///< the mask in which this object is counted; null while it is in none
};

/// Waits of io_uring (IORING_OP_WAITID): one for each thread, or one for all children and tracees of the tracer's
/// thread. The completion of a thread's wait names the thread in its user_data. The wait for all names no thread:
/// waitid(2) would name it in a siginfo_t, but the kernel may write that after the ring is closed.
class uring_hints {
public:
    /// Null where the kernel has no IORING_OP_WAITID, io_uring is switched off, or cotrace was built without it.
    static std::unique_ptr<uring_hints> open();
    ~uring_hints();

    int fd() const noexcept { return completed_.get(); }

    /// The calling thread is the one that uses the ring from here on.
    void begin();

    /// Adds a wait for one thread, which begins at the next `submit`.
    void arm(tid thread);
    /// Adds the wait for all threads, unless it is under way. It begins at the next `submit`.
    void arm_all();
    bool waits_for_all() const noexcept { return all_; }
    void submit();
    void disarm(tid thread);

    /// Whether `drain` may find a completion. Makes no system call.
    bool has_completions() const noexcept;
    /// Appends the threads whose wait is over. True when the wait for all threads is over.
    bool drain(std::vector<tid>& out);

private:
    uring_hints(std::unique_ptr<io_uring> ring, sys::unique_fd completed) noexcept;
    std::unique_ptr<io_uring> ring_;
    sys::unique_fd completed_;   ///< eventfd
    bool all_ = false;           ///< the wait for all threads is under way
};

} // namespace cotrace::engine
