// SPDX-License-Identifier: BSL-1.0
// Structures that later kernels extend, and structures of which the traced thread passes only a part.
#include "uapi/custom.hpp"

#include "decode/growing.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace cotrace::decode {
namespace {

// Whether these bytes are known to be zero. If contents are redacted, the bytes are not read, and count as unknown.
bool all_zero(capture& made, std::uint64_t at, std::uint64_t length)
{
    if (made.redacts())
        return false;
    std::array<std::byte, 256> buffer;
    while (length != 0) {
        auto const room = std::span{buffer}.first(std::min<std::uint64_t>(buffer.size(), length));
        if (made.read(at, room) != room.size())
            return false;
        if (std::any_of(room.begin(), room.end(), [](auto each) { return each != std::byte{}; }))
            return false;
        at += room.size();
        length -= room.size();
    }
    return true;
}

// Adds the bytes after the first `known` bytes of a structure, unless all of them are zero. If contents are redacted, adds an
// empty value that is marked as cut.
void add_surplus(capture& made, std::uint32_t place, std::uint64_t at, std::uint64_t known, std::uint64_t passed)
{
    auto const end = std::min(passed, longest_growth);
    if (end <= known)
        return;
    auto& tree = made.into();
    auto const length = end - known;
    std::array<std::byte, longest_growth> buffer;
    auto const raw = std::span{buffer}.first(length);
    bool const had = made.redacts() || made.read(at + known, raw) == length;
    if (had && !made.redacts() && std::all_of(raw.begin(), raw.end(), [](auto each) { return each == std::byte{}; }))
        return;
    auto const here = static_cast<std::uint32_t>(tree.nodes().size());
    auto const shown = std::min<std::uint64_t>(length, made.most_of_buffer());
    made.add_text(surplus, "more_bytes", had ? raw.first(shown) : raw.first(0));
    tree.node(here).number = length;
    tree.node(here).state = !had ? value_state::unreadable : shown < length ? value_state::cut : value_state::complete;
    tree.close(place);
}

// Called if a structure could not be read. With `growth::after_size`, adds the size field, and an unreadable value for the rest.
// Otherwise returns false.
bool add_size_only(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    std::array<std::byte, sizeof(std::uint32_t)> size;
    if (self.custom.grows != uapi::growth::after_size || made.read(at, size) != size.size())
        return false;
    auto& tree = made.into();
    auto const place = static_cast<std::uint32_t>(tree.nodes().size());
    made.add_part_of(*self.of, name, size, at);
    auto const rest = static_cast<std::uint32_t>(tree.nodes().size());
    made.add_text(surplus, "more_bytes", {});
    tree.node(rest).state = value_state::unreadable;
    tree.close(place);
    return true;
}

}   // namespace

std::span<std::byte const> with_started_fields(capture& made, uapi::type const& layout, std::span<std::byte> buffer,
                                               std::size_t passed)
{
    auto end = passed;
    for (auto const& each : std::span{layout.fields, layout.count}) {
        auto const from = each.offset[static_cast<unsigned>(made.model())];
        bool const is_passed = each.only.member == uapi::condition::passed && passed >= each.only.value;
        if (from < passed || is_passed)
            end = std::max<std::size_t>(end, from + each.as->size_in(made.model()));
    }
    std::fill(buffer.begin() + static_cast<std::ptrdiff_t>(passed), buffer.begin() + static_cast<std::ptrdiff_t>(end),
              std::byte{});
    return buffer.first(end);
}

bool versioned(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    bool const inside = self.length.from == uapi::source::none;
    std::uint64_t const whole = self.of->size_in(made.model());
    auto passed = made.count_here(self.length);
    if (inside) {
        std::uint32_t size_field = 0;
        if (!made.read_value(at + self.length.value, size_field))
            return false;
        if (self.custom.grows == uapi::growth::cut && size_field != 0 && size_field < self.count)
            return false;
        passed = size_field == 0 && self.custom.zero_is_first ? self.count
                 : size_field < self.count                    ? self.length.value + sizeof size_field
                                                              : size_field;
    } else if (passed < self.count || (self.custom.one_page && passed > longest_growth))
        return false;
    std::array<std::byte, uapi::largest_structure> buffer;
    auto const raw = std::span{buffer}.first(std::min(whole, passed));
    if (raw.empty() || made.read(at, raw) != raw.size())
        return add_size_only(made, self, name, at);
    auto shown = std::span<std::byte const>{raw};
    if (self.custom.grows == uapi::growth::partial || self.custom.grows == uapi::growth::zero_extended)
        shown = with_started_fields(made, *self.of, buffer, raw.size());
    auto const place = static_cast<std::uint32_t>(made.into().nodes().size());
    bool const with_bytes = self.custom.grows == uapi::growth::bytes || self.custom.grows == uapi::growth::after_size
                            || self.custom.grows == uapi::growth::zero_extended;
    bool const cut = !with_bytes && self.custom.grows != uapi::growth::silent && passed > whole
                     && (self.custom.grows == uapi::growth::always_cut || self.custom.grows == uapi::growth::partial
                         || !all_zero(made, at + whole, std::min(passed, longest_growth) - std::min(whole, longest_growth)));
    made.add_part_of(*self.of, name, shown, at, cut, passed);
    if (with_bytes)
        add_surplus(made, place, at, whole, passed);
    return true;
}

bool zero_padded(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    std::uint64_t const whole = self.of->size_in(made.model());
    std::array<std::byte, uapi::largest_structure> buffer{};
    auto const length = made.count_here(self.length);
    auto const passed = std::span{buffer}.first(std::min(whole, length));
    if (passed.empty() || length < self.count || made.read(at, passed) != passed.size())
        return false;
    // Custom decoders of fields call `capture::read`, which finds the zeros after the passed bytes only in this window.
    auto const before = made.keep({at, std::span{buffer}.first(whole)});
    bool const had = made.add_part_of(*self.of, name, std::span{buffer}.first(whole), at, false, length);
    made.keep(before);
    return had;
}

bool aligned_area(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    return at % 32 == 0 && zero_padded(made, self, name, at);
}

}   // namespace cotrace::decode
