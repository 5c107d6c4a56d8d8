// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace {

/// How a tracer waits until its subjects have new wait statuses, such as stops and ends.
///
/// The environment variable COTRACE_WAITING, with the value `signalfd` or `io_uring`, decides what
/// `automatic` means, both in a program that uses the library and in the command `cotrace`. An empty
/// value has no effect. With any other value, the constructor of a `tracer` throws a
/// `boost::system::system_error` (EINVAL) if its parameter `how` is `automatic`.
enum class waiting : std::uint8_t {
    automatic,   ///< `io_uring` if it is available, otherwise `signalfd`
    /// The tracer waits for SIGCHLD by signalfd(2). SIGCHLD is blocked in the tracer's thread while a thread is traced,
    /// unless the host has a handler for SIGCHLD.
    signalfd,
    /// The tracer waits by IORING_OP_WAITID (Linux 6.7), and does not block SIGCHLD. This is not available if the policy
    /// of the system forbids it, if the library was built without liburing, and on kernels that do not signal the
    /// eventfd of an io_uring with IORING_SETUP_DEFER_TASKRUN, for example Linux 6.12.117. The tracer then waits as with
    /// `signalfd`.
    io_uring,
};

}   // namespace cotrace
