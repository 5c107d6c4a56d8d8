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

/// Makes a file descriptor readable when SIGCHLD arrives, or when a process passed to `watch_end` ends.
///
/// While the tracer traces a thread, SIGCHLD is blocked in the tracer's thread, unless the host has a handler for
/// SIGCHLD.
///
/// Only one tracer can read a SIGCHLD. That tracer wakes the other tracers that use a signalfd, by their eventfds.
class sigchld_hints {
public:
    sigchld_hints();
    ~sigchld_hints();

    int fd() const noexcept { return both_.get(); }

    // Only the tracer's thread may call `begin` and `drain`.

    /// Blocks SIGCHLD in the calling thread, unless the host has a handler. To be called for each watched thread.
    void begin();
    /// Unblocks SIGCHLD, unless another tracer on this thread needs SIGCHLD blocked. On another thread than the
    /// tracer's, changes no signal mask.
    void rest();
    /// Reads what made `fd` readable. Appends to `named` the leaders of ended processes for which `watch_end` was
    /// called.
    void drain(std::vector<tid>& named);

    /// Makes `fd` readable when the process ends, even without SIGCHLD. Does nothing if fewer than two file descriptors
    /// are free.
    void watch_end(tid leader);
    void forget_end(tid leader) { ends_.erase(leader); }

    /// Whether each stop makes `fd` readable, as of the last `begin` or `drain`. The host's handling of SIGCHLD
    /// decides.
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
    /// The `thread_mask` of the thread in which this object has blocked SIGCHLD. Null if SIGCHLD is not blocked.
    thread_mask* blocked_in_ = nullptr;
};

/// Lets io_uring wait for the statuses of threads (IORING_OP_WAITID). Passes no siginfo_t, because the kernel may write
/// to a siginfo_t after the ring was closed.
class uring_hints {
public:
    /// Makes a ring. Returns null if the kernel or the build lacks what this class needs, for example on Linux
    /// 6.12.117.
    static std::unique_ptr<uring_hints> open();
    ~uring_hints();

    int fd() const noexcept { return completed_.get(); }

    /// Makes the calling thread the only one that may use the ring.
    void begin();

    /// Adds a wait for one thread. The wait begins at the next `submit` at the latest.
    void arm(tid thread);
    /// Adds the wait for all threads, as `arm` does for one thread, unless that wait is under way.
    void arm_all();
    bool waits_for_all() const noexcept { return all_; }
    void submit();
    void disarm(tid thread);

    /// Whether `drain` may find a completion. Makes no system call.
    bool has_completions() const noexcept;
    /// Takes the completions. Appends to `out` the threads of ended waits. Returns true if the wait for all threads
    /// ended.
    bool drain(std::vector<tid>& out);

private:
    uring_hints(std::unique_ptr<io_uring> ring, sys::unique_fd completed) noexcept;
    std::unique_ptr<io_uring> ring_;
    sys::unique_fd completed_;   ///< eventfd(2) that the kernel makes readable when a wait is over
    bool all_ = false;           ///< the wait for all threads is under way
};

}   // namespace cotrace::engine
