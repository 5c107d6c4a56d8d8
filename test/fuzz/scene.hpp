// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/reader.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace cotrace::fuzz {

/// The beginning of an input: a system call, and options for decoding and rendering the call. The rest of the input is the
/// tracee's memory. Every value of every field is valid.
struct scene {
    std::uint8_t interface = 0;      ///< the ABI of the call: the number of a uapi::arch, modulo the number of ABIs
    std::uint8_t capture = 0;        ///< selects capture_options, see `options_of` in decode.cpp
    std::uint8_t string_limit = 0;   ///< index of the string limit in the list of `options_of`, modulo the length of the list
    std::uint8_t text = 0;           ///< selects text_options, see `text_of` in decode.cpp
    std::uint16_t number = 0;        ///< number of the call, modulo `numbers` (see `run` in decode.cpp)
    std::uint16_t holes = 0;         ///< one bit for each page of 4 KiB; 1: the page is not mapped
    std::uint16_t changing = 0;      ///< one bit for each page of 4 KiB; 1: the contents alternate from read to read
    std::uint8_t lines = 0;          ///< selects text_options for the start and end of lines, see `text_of`
    std::uint8_t answers = 0;        ///< selects what the reader answers about sockets, devices and netlink families
    std::uint32_t unused = 0;
    std::array<std::uint64_t, 6> args{};
    std::int64_t result = 0;
};
static_assert(sizeof(scene) == 72, "inputs are written and read as raw bytes");

inline constexpr std::uint64_t memory_at = 0x10000;   ///< the address of the tracee's 64 KiB of memory
inline constexpr std::uint64_t memory_size = 0x10000;

/// The tracee's memory: repetitions of the bytes after the `scene`. Pages may be unmapped, or change between reads. The first
/// page is also the last page of the 64-bit and of the 32-bit address space.
class scene_memory final : public decode::reader {
public:
    scene_memory(scene const& from, std::span<std::byte const> contents) noexcept
        : holes_{from.holes}
        , changing_{from.changing}
        , answers_{from.answers}
        , contents_{contents}
    {
    }

    std::size_t read(remote_address from, std::span<std::byte> into) noexcept override
    {
        ++reads;
        return copy(raw(from), into);
    }

    void gather(std::span<decode::piece> pieces) noexcept override
    {
        ++reads;   // counts as one read, because one process_vm_readv(2) can read all pieces
        for (auto& each : pieces)
            each.got = copy(raw(each.from), each.into);
    }

    std::optional<int> netlink_protocol(int) noexcept override
    {
        return answers_ == 0 ? std::nullopt : std::optional{answers_ % 24 - 1};
    }

    // The name has a control character and a quotation mark, which the kernel accepts in the name of a network device.
    std::string_view interface_name(std::uint32_t) noexcept override { return answers_ & 1 ? "e\1\"\\<>\xff" : ""; }

    std::string_view generic_family(std::uint16_t) noexcept override
    {
        constexpr std::string_view names[] = {"", "nlctrl", "devlink", "ethtool", "no\nsuch\"one"};
        return names[answers_ % std::size(names)];
    }

    std::size_t reads = 0, bytes = 0;

private:
    std::size_t copy(std::uint64_t from, std::span<std::byte> into) noexcept
    {
        bytes += into.size();
        ++generation_;
        // Bytes that cannot be read get this pattern, so that a decoder that uses them does not find zeros.
        std::memset(into.data(), 0xa5, into.size());
        std::size_t done = 0;
        for (; done < into.size(); ++done) {
            auto const at = from + done;
            bool const at_end = at >> 12 == ~std::uint64_t{0} >> 12 || at >> 12 == 0xfffff;
            auto const offset = at_end ? at & 0xfff : at - memory_at;
            if (offset >= memory_size || at < from || (holes_ >> (offset >> 12) & 1))
                break;
            into[done] = byte_at(offset);
        }
        return done;
    }

    std::byte byte_at(std::uint64_t offset) const noexcept
    {
        if (contents_.empty())
            return {};
        auto const half = contents_.size() / 2;
        if (half != 0 && (changing_ >> (offset >> 12) & 1))
            return contents_[offset % half + (generation_ % 2 ? half : 0)];
        return contents_[offset % contents_.size()];
    }

    std::uint16_t holes_, changing_;
    std::uint8_t answers_;
    std::span<std::byte const> contents_;
    std::size_t generation_ = 0;
};

/// Writes inputs for the system calls that have descriptors into `folder`, and a dictionary for libFuzzer into FOLDER.dictionary.
/// Returns false if a file cannot be written.
bool write_seeds(char const* folder);

/// Returns what is wrong with `text`, or null if `text` is one JSON value in valid UTF-8 without a repeated name in an object.
char const* flaw_of_json(char const* text, std::size_t length);

}   // namespace cotrace::fuzz
