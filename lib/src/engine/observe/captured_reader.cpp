// SPDX-License-Identifier: BSL-1.0
#include "engine/observe/captured_reader.hpp"

#include <algorithm>
#include <cstring>

namespace cotrace::engine::observe {

captured_memory::found captured_memory::at(std::uint64_t address) const noexcept
{
    found best;
    for (auto rest = segments_; rest.size() >= sizeof(segment);) {
        segment header;
        std::memcpy(&header, rest.data(), sizeof header);
        rest = rest.subspan(sizeof header);
        auto const bytes = rest.first(std::min<std::size_t>(header.length, rest.size()));
        if (address >= header.at && address - header.at < bytes.size()) {
            auto const part = bytes.subspan(address - header.at);
            if (part.size() > best.bytes.size())
                best = {part, header.ended != 0};
        }
        rest = rest.subspan(std::min<std::size_t>((std::size_t{header.length} + 7) & ~std::size_t{7}, rest.size()));
    }
    return best;
}

std::size_t captured_reader::read(remote_address from, std::span<std::byte> into) noexcept
{
    auto const had = captured_.at(raw(from));
    auto const bytes = had.bytes.first(std::min(had.bytes.size(), into.size()));
    if (bytes.size() == into.size() || had.ended) {
        std::copy(bytes.begin(), bytes.end(), into.begin());
        return bytes.size();
    }
    auto const late = live_reader::read(from, into);
    has_read_late_ = has_read_late_ || late > bytes.size();
    std::copy(bytes.begin(), bytes.end(), into.begin());
    return std::max(late, bytes.size());
}

// The pieces are only read ahead, so a piece that was not captured is left to `read`.
void captured_reader::gather(std::span<decode::piece> pieces) noexcept
{
    for (auto& each : pieces) {
        auto const had = captured_.at(raw(each.from));
        each.got = std::min(had.bytes.size(), each.into.size());
        std::copy_n(had.bytes.begin(), each.got, each.into.begin());
    }
}

}   // namespace cotrace::engine::observe
