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
/// To read a queue, the tracer copies the ring's descriptor with pidfd_getfd(2) (Linux 5.6) and maps the ring, as the
/// process itself does. The tracer closes the copy after the read, because the kernel keeps a ring for as long as a
/// descriptor refers to it. If the process has provided the memory of the ring (IORING_SETUP_NO_MMAP), the tracer reads
/// that memory of the process.
///
/// The layout of a queue depends on the flags of io_uring_setup(2). `note_setup` reads the layout at the exit of that
/// call. For a ring whose io_uring_setup(2) was not seen, this class finds out the numbers of entries, and assumes that
/// the ring has no index array (IORING_SETUP_NO_SQARRAY). Entries are then submitted in the order in which they are
/// stored. It also assumes entries of 64 bytes, unless the kernel maps only larger ones.
class ring_queues {
public:
    using arguments = std::array<std::uint64_t, 6>;

    /// To be called at the exit of an io_uring_setup(2) that has succeeded. `returned` is the return value.
    void note_setup(tid thread, pid process, arguments const& args, std::int64_t returned);
    /// To be called at the exit of an io_uring_register(2) that has succeeded. `returned` is the return value.
    void note_registration(tid thread, pid process, arguments const& args, std::int64_t returned);
    /// To be called when `parent` has made the process `child`, which inherits the descriptors of `parent`.
    void note_fork(pid parent, pid child);
    /// To be called when the process was detached, has ended or has executed another program. The end and the execve(2)
    /// close the descriptors of rings.
    void forget(pid process);

    /// Returns the entries that an io_uring_enter(2) with the arguments `args` is about to submit. Returns no entries
    /// if the call will fail because its descriptor is no ring, or if the kernel takes the entries without the call
    /// (IORING_SETUP_SQPOLL). Errors: the errno of the system call that failed; ENOENT if the call names a registered
    /// ring that this object does not know; EINVAL if the layout of the ring is impossible.
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
