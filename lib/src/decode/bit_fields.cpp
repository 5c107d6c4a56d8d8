// SPDX-License-Identifier: BSL-1.0
// Bit fields, such as the flags in struct perf_event_attr, and the unions in that structure.
#include "uapi/custom.hpp"

#include "decode/capture.hpp"
#include "uapi/common.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <span>

namespace cotrace::decode {
namespace {

// Bit fields whose names begin with this prefix have no meaning yet. They are shown only if they are not 0.
constexpr std::string_view reserved_prefix{"__reserved"};

bool add_bits(capture& made, uapi::type const& self, std::uint64_t at, bool zeros)
{
    std::array<std::byte, 8> raw{};
    auto const room = std::span{raw}.first(std::min<std::size_t>(self.size[0], raw.size()));
    if (made.read_shown(at, room) != room.size())
        return false;
    auto const number = load(room);
    for (auto const& row : self.names->all()) {
        if (row.name.starts_with(reserved_prefix)) {
            if ((number & row.value) != 0)
                made.add(*self.after, row.name, (number & row.value) >> std::countr_zero(row.value));
            continue;
        }
        bool const single = std::has_single_bit(row.value);
        if (!single || zeros || (number & row.value) != 0)
            made.add(single ? uapi::as::uint32 : *self.of, row.name, (number & row.value) >> std::countr_zero(row.value));
    }
    return true;
}

}   // namespace

bool bit_fields(capture& made, uapi::type const& self, std::string_view, std::uint64_t at)
{
    return add_bits(made, self, at, true);
}

bool set_bit_fields(capture& made, uapi::type const& self, std::string_view, std::uint64_t at)
{
    return add_bits(made, self, at, made.options().verbose);
}

bool perf_word(capture& made, uapi::type const& self, std::string_view, std::uint64_t at)
{
    constexpr std::uint32_t breakpoint = 5;   // PERF_TYPE_BREAKPOINT
    constexpr std::uint64_t flags_at = 40, frequency = 1 << 10, watermark = 1 << 14;
    auto const start = at - self.length.value;
    std::uint32_t type = 0;
    std::uint64_t flags = 0, number = 0;
    if (!made.read_value(start, type) || !made.read_value(start + flags_at, flags) || !made.read_value(at, number))
        return false;
    switch (self.length.value) {
    case 16: made.add(uapi::as::uint64, (flags & frequency) != 0 ? "sample_freq" : "sample_period", number); break;
    case 48: made.add(uapi::as::uint32, (flags & watermark) != 0 ? "wakeup_watermark" : "wakeup_events", number); break;
    case 56: made.add(uapi::as::hex64, type == breakpoint ? "bp_addr" : "config1", number); break;
    default:
        if (type == breakpoint)
            made.add(uapi::as::uint64, "bp_len", number);
        else
            made.add(uapi::as::hex64, "config2", number);
    }
    return true;
}

}   // namespace cotrace::decode
