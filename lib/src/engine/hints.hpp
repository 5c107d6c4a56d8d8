// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include "sys/unique_fd.hpp"

#include <csignal>
#include <memory>
#include <vector>

struct io_uring;

namespace cotrace::engine {

struct thread_mask;

/// SIGCHLD as a readable descriptor, for any number of tracers in a process.
///
/// While a thread is traced, the signal is blocked in the tracer's thread, unless
/// the host has a handler for it, which then keeps it. While nothing is traced, the
/// mask is the host's: nobody reads the descriptor then, and a handler that the host
/// installs must be called. One pending SIGCHLD serves the whole process, so the
/// tracer that reads it nudges all others.
class sigchld_hints {
public:
    sigchld_hints();
    ~sigchld_hints();

    int fd() const noexcept { return both_.get(); }

    /// Call these from the tracer's thread: when a thread is traced, when none is any
    /// longer, and when `fd` is readable.
    void begin();
    void rest();
    void drain();

    /// False when SIGCHLD may not reach us: ignored, SA_NOCLDSTOP, handled by
    /// the host, or unblocked in another thread.
    bool trusted() const noexcept { return trusted_; }

    /// The mask of the calling thread without what tracers did to it.
    sigset_t host_mask() const noexcept;

private:
    void leave_it_to_the_host();

    sys::unique_fd signal_;   ///< signalfd
    sys::unique_fd nudge_;    ///< eventfd
    sys::unique_fd both_;     ///< epoll on the two
    bool trusted_ = false;
    thread_mask* blocked_in_ = nullptr;   ///< the thread in which we are among those that want it blocked
};

/// One IORING_OP_WAITID per thread that is waited for, which the answers name, or
/// one for all children and tracees of our thread. That one names nobody: where
/// it is to write a siginfo_t the kernel may do so after the ring is closed.
class uring_hints {
public:
    /// Null where the kernel has no IORING_OP_WAITID, io_uring is switched off, or cotrace was built without it.
    static std::unique_ptr<uring_hints> open();
    ~uring_hints();

    /// The calling thread is the one that uses the ring from here on.
    void begin();

    int fd() const noexcept { return news_.get(); }

    void arm(tid thread);
    void arm_any();
    bool waits_for_any() const noexcept { return any_; }
    void submit();
    void disarm(tid thread);

    /// Whether `drain` is worth a try; costs no system call.
    bool has_news() const noexcept;
    /// Appends the threads whose wait has come to something; true when the one for all has.
    bool drain(std::vector<tid>& out);

private:
    uring_hints(std::unique_ptr<io_uring> ring, sys::unique_fd news) noexcept;
    std::unique_ptr<io_uring> ring_;
    sys::unique_fd news_;   ///< eventfd
    bool any_ = false;      ///< the wait for all is under way
};

} // namespace cotrace::engine
