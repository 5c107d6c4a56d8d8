// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/record.hpp>
#include <cotrace/result.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <linux/io_uring.h>

namespace cotrace::engine {

/// Reads the submission queues of the io_urings of the processes of a session.
///
/// A queue is read through a copy of the ring's descriptor that the tracer gets with pidfd_getfd(2) and maps, as the process
/// itself does. The copy exists only while the queue is read, because a ring lives as long as a descriptor refers to it. If
/// the process has given the memory of the ring itself (IORING_SETUP_NO_MMAP), that memory is read.
///
/// The layout of a queue depends on the flags of io_uring_setup(2), so that call is watched. A ring that was set up before its
/// process was attached is taken to have the usual layout: entries of 64 bytes that are submitted in their order.
class ring_queues {
public:
    /// To be called at the exit of a call of io_uring_setup(2) (`is_setup`) or io_uring_register(2) that did not fail. `args`
    /// are the arguments of the call.
    void note(tid thread, pid process, bool is_setup, std::array<std::uint64_t, 6> const& args, std::int64_t returned);

    /// The entries that a call of io_uring_enter(2) with the arguments `args` is about to submit. Empty for a ring of which
    /// a thread of the kernel takes the entries (IORING_SETUP_SQPOLL). Errors: those of pidfd_getfd(2) and mmap(2), EBADF if
    /// the descriptor is no ring or the registered ring is not known, and those of `memory`.
    result<std::vector<uapi::ring_entry>> entries(tid thread, pid process, std::array<std::uint64_t, 6> const& args) const;

private:
    struct ring {
        int fd = -1;                ///< -1: the ring has no descriptor
        io_uring_params layout{};   ///< of a ring that was set up before the attach: that of a ring of the tracer
        bool is_known = false;      ///< `layout` is that of this ring
    };

    ring ring_at(pid process, int fd) const;
    void note_registration(tid thread, pid process, std::array<std::uint64_t, 6> const& args);

    std::map<std::pair<pid, int>, io_uring_params> set_up_;      ///< by process and descriptor
    std::map<std::pair<tid, std::uint32_t>, ring> registered_;   ///< by thread and index
};

}   // namespace cotrace::engine
