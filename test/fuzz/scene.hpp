// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/reader.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace cotrace::fuzz {

/// What an input begins with: one call, and how it is looked at. The contents
/// of the subject's memory follow. Fields of bits and indices mean something
/// whatever their value, so that every input is a call.
struct scene {
    std::uint8_t  interface = 0;        ///< index of an abi::arch, modulo their number
    std::uint8_t  capture = 0;          ///< bits of capture_options, see `options_of`
    std::uint8_t  string_limit = 0;     ///< index of a list of limits
    std::uint8_t  text = 0;             ///< bits of text_options, see `options_of`
    std::uint16_t number = 0;           ///< of the call, modulo a little more than there are
    std::uint16_t holes = 0;            ///< a bit per 4 KiB: not mapped
    std::uint16_t changing = 0;         ///< a bit per 4 KiB: every second read finds other contents
    std::uint8_t  lines = 0;            ///< bits of text_options that make up the start and end of lines
    std::uint8_t  answers = 0;          ///< what is known beside memory: of sockets, devices and the like
    std::uint32_t unused = 0;
    std::array<std::uint64_t, 6> args{};
    std::int64_t  result = 0;
};
static_assert(sizeof(scene) == 72, "inputs are written and read as they are");

inline constexpr std::uint64_t memory_at = 0x10000;   ///< where the subject's 64 KiB of memory lie
inline constexpr std::uint64_t memory_size = 0x10000;

/// A subject's memory made of few bytes: they repeat until it is full. It may
/// have holes, and parts that another thread seems to rewrite all the time. Its
/// first page is found again at the very end of the address space.
class scene_memory final : public decode::reader {
public:
    scene_memory(scene const& from, std::span<std::byte const> contents) noexcept
        : holes_{from.holes}, changing_{from.changing}, answers_{from.answers}, contents_{contents}
    {
    }

    std::size_t read(remote_address from, std::span<std::byte> into) noexcept override
    {
        ++reads;
        return copy(raw(from), into);
    }

    void gather(std::span<decode::piece> pieces) noexcept override
    {
        ++reads;   // one process_vm_readv(2)
        for (auto& each : pieces)
            each.got = copy(raw(each.from), each.into);
    }

    std::optional<int> netlink_protocol(int) noexcept override
    {
        return answers_ == 0 ? std::nullopt : std::optional{answers_ % 24 - 1};
    }

    // The kernel lets a device have such a name.
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
        // What was not read keeps a pattern, so that using it shows.
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

    std::uint16_t              holes_, changing_;
    std::uint8_t               answers_;
    std::span<std::byte const> contents_;
    std::size_t                generation_ = 0;
};

/// Writes inputs that reach every descriptor into a folder, and a dictionary beside them.
bool write_seeds(char const* folder);

/// Why `text` is not one JSON object, in valid UTF-8, whose objects have no
/// name twice; null if it is.
char const* flaw_of_json(char const* text, std::size_t length);

} // namespace cotrace::fuzz
