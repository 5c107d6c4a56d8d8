// SPDX-License-Identifier: BSL-1.0
// Values of getsockopt(2) and setsockopt(2).
#include "uapi/custom.hpp"

#include "decode/capture.hpp"
#include "decode/opened.hpp"
#include "uapi/filters.hpp"
#include "uapi/socket.hpp"
#include "uapi/words.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace cotrace::decode {
namespace {

namespace as = uapi::as;
using uapi::type;
using uapi::width;

// The length of an option is a signed number.
std::int32_t option_length(capture& made, type const& self) { return static_cast<std::int32_t>(made.count_here(self.length)); }

bool add_option_bytes(capture& made, type const& what, std::string_view name, std::uint64_t at, std::uint32_t length)
{
    // As in strace, the first byte that is not shown is read, too. If it cannot be read, only the address is shown.
    std::array<std::byte, 4097> buffer;
    auto const limit = static_cast<std::uint32_t>(std::min<std::size_t>(made.most_of_buffer(), buffer.size() - 1));
    auto const room = std::span{buffer}.first(std::min(length, limit + 1));
    if (!room.empty() && made.read(at, room) != room.size())
        return false;
    auto const raw = room.first(std::min<std::size_t>(room.size(), limit));
    made.show(at, raw.size());
    made.add_text(what, name, raw);
    auto& node = made.into().node(static_cast<std::uint32_t>(made.into().nodes().size() - 1));
    node.number = length;
    if (raw.size() < length)
        node.state = value_state::cut;
    return true;
}

}   // namespace

bool option_value(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    auto const length = option_length(made, self);
    if (made.outcome() && length <= 0)
        return false;
    if (length == 4)
        return made.add_at(as::integer, name, at);
    return add_option_bytes(made, uapi::some_bytes, name, at, static_cast<std::uint32_t>(length));
}

bool option_number(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    auto const length = option_length(made, self);
    if (made.outcome() && length <= 0)
        return false;
    bool const exact = self.count != 0;
    if (exact ? length == 4 : length >= 4)
        return made.add_at(*self.of, name, at);
    if (!made.outcome() && !exact)
        return false;
    return add_option_bytes(made, uapi::some_hex_bytes, name, at, static_cast<std::uint32_t>(length));
}

bool option_of_any_length(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    return option_length(made, self) > 0 && made.add_at(*self.of, name, at);
}

bool option_numbers(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    auto const length = option_length(made, self);
    if (length <= 0)
        return false;
    auto const count = static_cast<std::uint64_t>(length) / 4;
    auto const shown = made.elements_shown(count);
    opened list{made, uapi::loose_array, name, count};
    for (std::uint64_t i = 0; i < shown; ++i)
        if (!made.add_at(*self.of, {}, at + 4 * i)) {
            list.set_state(value_state::unreadable);
            list.set_number(at + 4 * i);
            return true;
        }
    if (shown < count)
        list.set_state(value_state::cut);
    return true;
}

bool option_structure(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    auto const length = option_length(made, self);
    auto const whole = static_cast<std::int32_t>(self.of->size_in(made.model()));
    bool const exact = self.count != 0;
    if (exact ? length != whole : length < whole)
        return false;
    return made.add_at(*self.of, name, at);
}

// Adds a structure that getsockopt(2) wrote. The bytes that the kernel wrote may end inside a field.
bool option_result(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    auto const length = option_length(made, self);
    if (length <= 0)
        return false;
    std::array<std::byte, 64> buffer;
    auto const whole = self.of->size_in(made.model());
    auto const raw = std::span<std::byte>{buffer}.first(std::min({whole, static_cast<unsigned>(length), 64u}));
    if (made.read_shown(at, raw) != raw.size())
        return false;
    opened const structure{made, *self.of, name, at};
    for (auto const& part : std::span{self.of->fields, self.of->count}) {
        auto const offset = part.offset[static_cast<unsigned>(made.model())];
        auto const size = part.as->size_in(made.model());
        if (offset >= raw.size())
            break;
        if (offset + size <= raw.size())
            made.add(*part.as, part.name, load(raw.subspan(offset, size)));
        else
            made.add_text(uapi::some_hex_bytes, part.name, raw.subspan(offset));
    }
    return true;
}

bool option_filter(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    auto const length = option_length(made, self);
    if (length <= 0)
        return false;
    std::uint32_t bits = 0xffffffff;
    auto const raw =
        std::as_writable_bytes(std::span{&bits, 1}).first(std::min<std::size_t>(4, static_cast<std::size_t>(length)));
    if (made.read_shown(at, raw) != raw.size())
        return false;
    made.add_plain(uapi::icmp_filter, name, bits);
    return true;
}

// Adds the filter program that getsockopt(2) wrote at `at`. The length that getsockopt(2) returns is the number of instructions.
// Without -v, returns false.
bool option_program(capture& made, type const& self, std::string_view name, std::uint64_t at)
{
    auto const length = option_length(made, self);
    if (length <= 0 || length > 0xffff || !made.options().verbose)
        return false;
    type const counted = {.shape = uapi::shape::custom,
                          .width = width::word,
                          .length = {.from = uapi::source::constant, .value = static_cast<std::uint64_t>(length)},
                          .count = static_cast<std::uint32_t>(uapi::filter_kind::socket)};
    return filter_list(made, counted, name, at);
}

}   // namespace cotrace::decode
