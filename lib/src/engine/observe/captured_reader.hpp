// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "engine/observe/wire.hpp"
#include "engine/session/live_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace cotrace::engine::observe {

/// Gives the decoders the memory that the BPF programs captured with an event: the segments that follow the event in the
/// ring buffer.
class captured_memory {
public:
    explicit captured_memory(std::span<std::byte const> segments) noexcept
        : segments_{segments}
    {
    }

    /// A part of a segment: the bytes from an address on.
    struct found {
        std::span<std::byte const> bytes{};
        bool ended = false;   ///< the bytes end with the null byte of a string
    };
    found at(std::uint64_t address) const noexcept;

private:
    std::span<std::byte const> segments_;
};

/// Reads captured memory. What was not captured is read from the memory that the subject has now, which may have changed
/// since the call: `has_read_late` tells.
class captured_reader final : public live_reader {
public:
    captured_reader(tid thread, open_files& files, captured_memory captured) noexcept
        : live_reader{thread, files}
        , captured_{captured}
    {
    }

    std::size_t read(remote_address from, std::span<std::byte> into) noexcept override;
    void gather(std::span<decode::piece> pieces) noexcept override;
    bool reads_blocks() const noexcept override { return false; }
    bool has_read_late() const noexcept { return has_read_late_; }

private:
    captured_memory captured_;
    bool has_read_late_ = false;
};

}   // namespace cotrace::engine::observe
