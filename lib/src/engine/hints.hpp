// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include "sys/unique_fd.hpp"

#include <csignal>
#include <memory>
#include <vector>

struct io_uring;

namespace cotrace::engine {

/// SIGCHLD as a readable descriptor, for any number of tracers in a process.
///
/// The signal is blocked in the constructing thread, unless the host has a
/// handler for it, which then keeps it. One pending SIGCHLD serves the whole
/// process, so whoever reads it nudges all others.
class sigchld_hints {
public:
    sigchld_hints();
    ~sigchld_hints();

    int fd() const noexcept { return both_.get(); }

    /// Call when `fd` is readable, from the thread that constructed this.
    void drain();

    /// False when SIGCHLD may not reach us: ignored, SA_NOCLDSTOP, handled by
    /// the host, or unblocked in another thread.
    bool trusted() const noexcept { return trusted_; }

    /// The mask of the constructing thread as it was before.
    sigset_t host_mask() const noexcept;

private:
    void leave_it_to_the_host();

    sys::unique_fd signal_;   ///< signalfd
    sys::unique_fd nudge_;    ///< eventfd
    sys::unique_fd both_;     ///< epoll on the two
    bool trusted_ = false;
    bool blocked_ = false;    ///< by us
};

/// One IORING_OP_WAITID per thread that is waited for, which the answers name, or
/// one for all children and tracees of our thread. That one names nobody: where
/// it is to write a siginfo_t the kernel may do so after the ring is closed.
class uring_hints {
public:
    /// Null where the kernel has no IORING_OP_WAITID, io_uring is switched off, or cotrace was built without it.
    static std::unique_ptr<uring_hints> open();
    ~uring_hints();

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
