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

/// Reads the submission queues of the io_urings of the processes of a session.
///
/// A queue is read through a copy of the ring's descriptor that the tracer gets with pidfd_getfd(2) (Linux 5.6) and maps, as
/// the process itself does. The copy exists only while the queue is read, because a ring lives as long as a descriptor refers
/// to it. If the process has given the memory of the ring itself (IORING_SETUP_NO_MMAP), that memory is read.
///
/// The layout of a queue depends on the flags of io_uring_setup(2). `note_setup` learns it at the exit of that call. For
/// other rings, some of the layout can be found out, and the rest is assumed: entries of 64 bytes that are submitted in their
/// order.
class ring_queues {
public:
    using arguments = std::array<std::uint64_t, 6>;

    /// To be called at the exit of a call of io_uring_setup(2) that returned `returned`, which is no error.
    void note_setup(tid thread, pid process, arguments const& args, std::int64_t returned);
    /// To be called at the exit of a call of io_uring_register(2) that returned `returned`, which is no error.
    void note_registration(tid thread, pid process, arguments const& args, std::int64_t returned);
    /// To be called when `parent` has made the process `child`, which has the same descriptors.
    void note_fork(pid parent, pid child);
    /// To be called when the process has ended, or executes another program: descriptors of rings are closed then.
    void forget(pid process);

    /// The entries that a call of io_uring_enter(2) with the arguments `args` is about to submit. Empty if the call submits
    /// nothing: also if it will fail because its descriptor is no ring, and for a ring with IORING_SETUP_SQPOLL. Errors:
    /// the errno of the system call that failed; ENOENT if a registered ring is not known.
    result<std::vector<uapi::ring_entry>> entries(tid thread, pid process, arguments const& args) const;

private:
    using layout = std::optional<io_uring_params>;   ///< empty: not known

    struct registered_ring {
        pid process{};
        int fd = -1;   ///< -1: the ring has no descriptor
        layout known{};
    };

    layout layout_of(pid process, int fd) const;
    void note_resize(tid thread, pid process, arguments const& args);

    std::map<std::pair<pid, int>, io_uring_params> set_up_;                 ///< by process and descriptor
    std::map<std::pair<tid, std::uint32_t>, registered_ring> registered_;   ///< by thread and index
};

}   // namespace cotrace::engine
