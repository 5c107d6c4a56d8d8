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
/// The kernel reads the reader's position for each event. To save cache misses, the reader changes the position once
/// for many events.
class ring_reader {
public:
    /// `size` is the size of the buffer in bytes, a power of two. Errors: those of mmap(2).
    static result<ring_reader> map(int descriptor, std::size_t size);

    /// Calls `on_event` with each event until `on_event` returns false. The bytes are valid only during the call.
    /// Returns whether any event was taken.
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
