// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace {

/// How a tracer learns that a subject has a new wait status, for example because the subject has stopped or ended.
///
/// The environment variable COTRACE_WAITING replaces `automatic` if its value is `signalfd` or `io_uring`. An unset or
/// empty variable has no effect. With any other value, the constructor of a `tracer` throws a
/// `boost::system::system_error` with EINVAL if the constructor's parameter `how` is `automatic`. The variable is
/// ignored in secure-execution mode, for example in a set-user-ID program: see secure_getenv(3).
///
/// If a tracer cannot set up its way of waiting, the constructor of the tracer throws the error of the system call that
/// failed. For example, the error is EMFILE if the process has no free file descriptor.
enum class waiting : std::uint8_t {
    automatic,   ///< the way that COTRACE_WAITING names; without COTRACE_WAITING, `io_uring`
    /// The tracer waits for SIGCHLD with signalfd(2). While the tracer traces a thread, SIGCHLD is blocked in the
    /// tracer's thread, unless the host has a handler for SIGCHLD.
    signalfd,
    /// The tracer waits with IORING_OP_WAITID of io_uring (Linux 6.7), and does not block SIGCHLD. If the tracer cannot
    /// set up io_uring, the tracer waits as with `signalfd`. Possible reasons:
    /// - The kernel is older than Linux 6.7.
    /// - The policy of the system forbids io_uring.
    /// - The library was built without liburing.
    /// - The kernel does not signal the eventfd of a ring with IORING_SETUP_DEFER_TASKRUN, for example Linux 6.12.117.
    io_uring,
};

}   // namespace cotrace
