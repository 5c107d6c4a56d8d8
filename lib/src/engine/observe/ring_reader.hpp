// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>

#include "sys/mapping.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace cotrace::engine::observe {

/// Reads a BPF ring buffer (BPF_MAP_TYPE_RINGBUF).
///
/// The kernel looks at the reader's position for each event that it writes, so each change of the position costs the
/// writer a cache miss. This reader changes its position once for many events. libbpf's ring_buffer changes the
/// position for each event.
class ring_reader {
public:
    /// Maps the ring buffer of `descriptor`. `size` is the size of the buffer in bytes, a power of two. Errors: those
    /// of mmap(2).
    static result<ring_reader> map(int descriptor, std::size_t size);

    /// Calls `on_event` for the events that are in the buffer at the time of the call, in their order. Stops after
    /// `on_event` has returned false, and before an event that the kernel has not finished yet. The bytes of an event
    /// are valid only during the call of `on_event`. Returns whether any event was taken from the buffer, even if the
    /// kernel had discarded the event.
    bool consume(std::function<bool(std::span<std::byte const>)> const& on_event);

private:
    ring_reader(sys::mapping position, sys::mapping data, std::size_t size) noexcept;
    std::span<std::byte const> bytes_at(std::uint64_t position, std::size_t length);

    sys::mapping position_;     ///< a page that begins with the reader's position
    sys::mapping data_;         ///< a page that begins with the kernel's position; the buffer follows this page
    std::byte const* buffer_;   ///< the beginning of the buffer, in `data_`
    std::size_t size_;
    std::vector<std::byte> joined_;   ///< copy of an event that wraps around the end of the buffer
};

}   // namespace cotrace::engine::observe
