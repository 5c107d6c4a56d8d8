// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>
#include <cotrace/uapi/ring_entry.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <linux/io_uring.h>

namespace cotrace::engine {

/// Reads the submission queues of the io_urings that the traced processes have.
///
/// The tracer maps a ring with a copy of the ring's descriptor (pidfd_getfd(2), Linux 5.6). The copy is closed after
/// the read, because a descriptor keeps a ring alive.
///
/// `note_setup` reads the layout of a queue. For a ring made earlier, IORING_SETUP_NO_SQARRAY and, if possible, entries
/// of 64 bytes are assumed.
class ring_queues {
public:
    using arguments = std::array<std::uint64_t, 6>;

    /// To be called at the exit of an io_uring_setup(2) that has succeeded. `returned` is the return value.
    void note_setup(tid thread, pid process, arguments const& args, std::int64_t returned);
    /// To be called at the exit of an io_uring_register(2) that has succeeded. `returned` is the return value.
    void note_registration(tid thread, pid process, arguments const& args, std::int64_t returned);
    /// To be called when `parent` has made the process `child`, which inherits the descriptors of `parent`.
    void note_fork(pid parent, pid child);
    /// To be called when the process was detached, has ended or has executed another program.
    void forget(pid process);

    /// Returns the entries that an io_uring_enter(2) will submit. Errors: those of system calls, ENOENT for an unknown
    /// registered ring, EINVAL for an impossible layout.
    result<std::vector<uapi::ring_entry>> entries(tid thread, pid process, arguments const& args) const;

private:
    using layout = std::optional<io_uring_params>;   ///< the layout of a ring; empty if it is not known

    struct registered_ring {
        pid process{};
        int fd = -1;   ///< descriptor of the ring; -1: it has none (IORING_SETUP_REGISTERED_FD_ONLY)
        layout known{};
    };

    layout layout_of(pid process, int fd) const;
    void note_resize(tid thread, pid process, arguments const& args);

    std::map<std::pair<pid, int>, io_uring_params> set_up_;   ///< key: process and descriptor; value: layout of the ring
    std::map<std::pair<tid, std::uint32_t>, registered_ring> registered_;   ///< key: thread and index of the registration
};

}   // namespace cotrace::engine
