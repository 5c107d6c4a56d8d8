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

/// Makes a file descriptor readable when SIGCHLD arrives, or when a process passed to `watch_end` ends. Both are hints
/// that a thread may have a wait status. Each tracer that does not use io_uring has such an object.
///
/// While such a tracer traces a thread, SIGCHLD is blocked in the tracer's own thread, unless the host has a handler
/// for SIGCHLD. While the tracer traces no thread, it does not read the descriptor and does not block SIGCHLD. The host
/// may then install a handler, which runs.
///
/// Only one tracer can read a SIGCHLD that was sent to the process. That tracer wakes the other tracers that use a
/// signalfd, by their eventfds.
class sigchld_hints {
public:
    sigchld_hints();
    ~sigchld_hints();

    int fd() const noexcept { return both_.get(); }

    // Only the tracer's thread may call `begin` and `drain`.

    /// Blocks SIGCHLD in the calling thread, unless the host has a handler for SIGCHLD. To be called for each thread
    /// that is watched. Does nothing if this object has blocked SIGCHLD already.
    void begin();
    /// Undoes `begin`: unblocks SIGCHLD, unless another tracer on this thread needs it blocked. To be called when this
    /// tracer traces no thread any longer. On another thread than the tracer's, changes no signal mask.
    void rest();
    /// Reads the signals and the events that made `fd` readable. Appends to `named` the leaders of processes that have
    /// ended and for which `watch_end` was called.
    void drain(std::vector<tid>& named);

    /// Makes `fd` readable when the process of `leader` ends, even if the host ignores SIGCHLD or takes the signal
    /// itself. Opens a pidfd for that. Does nothing if the process has been reaped, or if fewer than two file
    /// descriptors are free.
    void watch_end(tid leader);
    void forget_end(tid leader) { ends_.erase(leader); }

    /// Whether each stop of a tracee is sure to make `fd` readable, as far as the last `begin` or `drain` found out.
    /// Returns false if the host ignores SIGCHLD, handles SIGCHLD or has set SA_NOCLDSTOP, or if another thread of this
    /// process does not block SIGCHLD.
    bool trusted() const noexcept { return trusted_; }

    /// The signal mask that the calling thread would have if no tracer had changed it.
    sigset_t host_mask() const noexcept;

private:
    void leave_to_host();

    sys::unique_fd signal_;                      ///< signalfd(2) for SIGCHLD
    sys::unique_fd wakeup_;                      ///< eventfd to which another tracer writes after it has read a SIGCHLD
    std::unordered_map<tid, sys::pidfd> ends_;   ///< key: leader passed to `watch_end`; value: a pidfd of its process
    sys::unique_fd both_;                        ///< epoll(7) descriptor for `signal_`, `wakeup_` and all of `ends_`
    bool trusted_ = false;
    /// The `thread_mask` of the thread in which SIGCHLD is blocked for this object. Null before `begin`, after `rest`,
    /// and if the host handles SIGCHLD.
    thread_mask* blocked_in_ = nullptr;
};

/// Lets io_uring wait for the statuses of threads (IORING_OP_WAITID). Each operation, called a wait below, is either
/// for one thread or for all children and tracees of the tracer's thread. The completion of a wait for one thread has
/// the thread's id in its user_data. The completion of the wait for all threads names no thread. The kernel could write
/// the thread's id into a siginfo_t. But it may do so even after the ring was closed, so this class passes no siginfo_t.
class uring_hints {
public:
    /// Makes a ring. Returns null if that fails, for example because the kernel has no IORING_OP_WAITID, or io_uring is
    /// switched off. Also returns null if the kernel does not make the descriptor readable when a wait is over (for
    /// example Linux 6.12.117). Also returns null if cotrace was built without io_uring.
    static std::unique_ptr<uring_hints> open();
    ~uring_hints();

    int fd() const noexcept { return completed_.get(); }

    /// Makes the calling thread the only one that may use the ring.
    void begin();

    /// Adds a wait for one thread. The wait begins at the next `submit` at the latest.
    void arm(tid thread);
    /// Adds the wait for all threads, unless that wait is under way. The wait begins at the next `submit` at the
    /// latest.
    void arm_all();
    bool waits_for_all() const noexcept { return all_; }
    void submit();
    void disarm(tid thread);

    /// Whether `drain` may find a completion. Makes no system call.
    bool has_completions() const noexcept;
    /// Takes the completions from the ring. For each wait for one thread, if the wait is over, appends this thread to
    /// `out`. Returns true if the wait for all threads is over.
    bool drain(std::vector<tid>& out);

private:
    uring_hints(std::unique_ptr<io_uring> ring, sys::unique_fd completed) noexcept;
    std::unique_ptr<io_uring> ring_;
    sys::unique_fd completed_;   ///< eventfd(2) that the kernel makes readable when a wait is over
    bool all_ = false;           ///< the wait for all threads is under way
};

}   // namespace cotrace::engine
