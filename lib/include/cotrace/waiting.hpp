// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace {

/// What wakes a sleeping tracer.
enum class waiting : std::uint8_t {
    automatic,   ///< io_uring where kernel and build have it, else signalfd
    signalfd,    ///< SIGCHLD, blocked in the tracer's thread while it has its default disposition
    io_uring,    ///< IORING_OP_WAITID (Linux 6.7); leaves signals alone. Falls back to signalfd
};

} // namespace cotrace
