// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace {

/// How a tracer waits for wait statuses.
///
/// The environment variable COTRACE_WAITING, with the value `signalfd` or `io_uring`, decides what
/// `automatic` means in this process, and in the command. An empty value counts as none; with any other
/// value a tracer's constructor throws a `boost::system::system_error` (EINVAL).
enum class waiting : std::uint8_t {
    automatic,   ///< io_uring where the kernel, the system's policy and the build allow it, else signalfd
    signalfd,    ///< SIGCHLD, blocked in the tracer's thread while something is traced and the host has no handler for it
    io_uring,    ///< IORING_OP_WAITID (Linux 6.7); leaves signals alone. Falls back to signalfd
};

} // namespace cotrace
