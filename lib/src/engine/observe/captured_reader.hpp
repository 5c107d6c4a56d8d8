// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "engine/observe/wire.hpp"
#include "engine/session/live_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace cotrace::engine::observe {

/// What the BPF programs captured with an event: the segments that follow the event in the ring buffer.
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

    /// What was captured about the open file of a descriptor.
    struct found_file {
        file_segment about{};
        std::span<std::byte const> names{};
    };
    std::optional<found_file> file(std::int32_t descriptor) const noexcept;
    /// The protocol of the netlink socket with this descriptor. Returns nothing if no protocol was captured.
    std::optional<int> netlink_protocol(std::int32_t descriptor) const noexcept;

private:
    template <class Visit>
    void for_each(Visit visit) const noexcept;

    std::span<std::byte const> segments_;
};

/// Sets `path` and `deleted` as the link in /proc/PID/fd shows. Returns false if too little was captured.
bool set_path(captured_memory::found_file const& seen, open_file& file);

/// Reads what was captured. Anything else is read from the thread's present memory and open files, which may have
/// changed since the call.
class captured_reader final : public live_reader {
public:
    captured_reader(tid thread, open_files& files, captured_memory captured) noexcept
        : live_reader{thread, files}
        , captured_{captured}
    {
    }

    std::size_t read(remote_address from, std::span<std::byte> into) noexcept override;
    void gather(std::span<decode::piece> pieces) noexcept override;
    bool describe(decode::descriptor_owner which, int fd, descriptor_details const& wanted, open_file& found) noexcept override;
    using live_reader::describe;
    std::optional<int> netlink_protocol(int fd) noexcept override
    {
        auto const had = captured_.netlink_protocol(fd);
        return had ? had : live_reader::netlink_protocol(fd);
    }
    bool reads_blocks() const noexcept override { return false; }
    bool has_read_late() const noexcept { return has_read_late_; }

private:
    captured_memory captured_;
    bool has_read_late_ = false;
};

}   // namespace cotrace::engine::observe
