// SPDX-License-Identifier: BSL-1.0
// Custom decoders for arguments of ioctl(2) requests. The tables of types in uapi/ cannot describe these arguments.
#include "uapi/custom.hpp"

#include "decode/capture.hpp"
#include "uapi/spelling.hpp"
#include "uapi/words.hpp"

#include <algorithm>

namespace cotrace::decode {
namespace {

// Reads a number of `size` bytes, at most 8. Returns false if it cannot be read.
bool read_number(capture& made, std::uint64_t at, std::size_t size, std::uint64_t& into)
{
    std::array<std::byte, 8> raw{};
    auto const room = std::span{raw}.first(size);
    if (made.read_shown(at, room) != size)
        return false;
    into = load(room);
    return true;
}

bool read_pointer(capture& made, std::uint64_t at, std::uint64_t& into)
{
    return read_number(made, at, uapi::size_of(uapi::width::word, made.model()), into);
}

// Adds a pointer to `length` bytes. The text output shows the bytes in hexadecimal.
void add_hex_bytes(capture& made, uapi::type const& pointer, std::string_view name, std::uint64_t to, std::uint64_t length)
{
    static constexpr uapi::type bytes = uapi::as::hex_bytes<uapi::exactly(0)>;
    auto& tree = made.into();
    auto const place = tree.open({.as = &pointer, .name = name, .number = to});
    auto const shown = std::min<std::uint64_t>(length, made.most_of_buffer());
    auto const begin = tree.add_bytes(shown);
    if (to != 0 && (shown == 0 || made.read_shown(to, tree.bytes_at(begin, shown)) == shown))
        tree.open({.as = &bytes,
                   .number = length,
                   .begin = begin,
                   .length = static_cast<std::uint32_t>(shown),
                   .state = shown < length ? value_state::cut : value_state::complete});
    else {
        tree.drop_bytes(shown);
        tree.node(place).state = value_state::unreadable;
    }
    tree.close(place);
}

constexpr uapi::type pointer_to_bytes = {.shape = uapi::shape::pointer, .width = uapi::width::word, .of = &uapi::as::address};

}   // namespace

bool request_bytes(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    // The text output shows the bytes at entry and the bytes at exit, also if they are equal.
    static constexpr uapi::type both = {.shape = uapi::shape::pointer,
                                        .width = uapi::width::word,
                                        .way = uapi::direction::changed,
                                        .of = &uapi::as::address,
                                        .after = &uapi::as::address};
    auto const length = made.count_here(uapi::request_size());
    if (!made.options().verbose || length == 0 || at == 0)
        return made.add(uapi::as::long_hex, name, at);
    add_hex_bytes(made, self.way == uapi::direction::changed ? both : pointer_to_bytes, name, at, length);
    return true;
}

bool chosen_by_start(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    std::uint64_t start = 0;
    if (!made.read_value(at, start))
        return false;
    return made.add_at(find_case(self, start), name, at);
}

bool number_before(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    return made.add_at(uapi::as::uint32, name, at - 4);
}

bool hardware_address(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type address = uapi::as::hardware_address<14>;
    struct family_length {
        std::uint16_t family, length;
    };
    // The lengths of hardware addresses for some ARPHRD_* numbers, see linux/if_arp.h. For any other number, all 14
    // bytes are shown.
    constexpr family_length lengths[] = {
        {0, 7},   {1, 6},   {3, 7},   {6, 6},   {7, 1},   {15, 2},  {27, 8},  {270, 5}, {271, 5}, {290, 1},
        {768, 4}, {772, 6}, {773, 1}, {774, 6}, {776, 4}, {777, 4}, {778, 4}, {779, 4}, {780, 6}, {783, 4},
        {801, 6}, {802, 6}, {803, 6}, {804, 8}, {805, 8}, {820, 1}, {821, 1}, {822, 1}, {825, 8}, {826, 8},
    };
    auto const family = made.count_here(uapi::member(0));
    auto const* known =
        std::find_if(std::begin(lengths), std::end(lengths), [&](auto const& each) { return each.family == family; });
    std::array<std::byte, 14> raw{};
    if (made.read(at, raw) != raw.size())
        return false;
    auto const shown = known != std::end(lengths) ? known->length : raw.size();
    made.show(at, shown);
    made.add_text(address, name, std::span{raw}.first(shown));
    return true;
}

namespace {

// sizeof(struct ifreq)
constexpr std::uint64_t interface_size(uapi::data_model model) { return model == uapi::data_model::lp64 ? 40 : 32; }

template <std::uint64_t Size>
void spell_interfaces(std::string& to, uapi::type const&, std::uint64_t number, uapi::spelling)
{
    auto const length = static_cast<std::int32_t>(number);
    uapi::spell_signed(to, length);
    if (length <= 0 || length % static_cast<std::int32_t>(Size) != 0)
        return;
    to += " /* ";
    uapi::spell_decimal(to, number / Size);
    to += " * sizeof(struct ifreq) */";
}

}   // namespace

bool interface_bytes(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type wide = uapi::as::spelled<spell_interfaces<40>, uapi::width::u32, uapi::style::unsigned_decimal>;
    static constexpr uapi::type narrow = uapi::as::spelled<spell_interfaces<32>, uapi::width::u32, uapi::style::unsigned_decimal>;
    return made.add_at(made.model() == uapi::data_model::lp64 ? wide : narrow, name, at);
}

bool interface_list(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type list = {.shape = uapi::shape::array, .of = &uapi::as::address, .length = uapi::exactly(1)};
    std::uint64_t to = 0;
    if (!read_pointer(made, at, to))
        return false;
    if (to == 0)
        return made.add(uapi::as::address, name, to);
    auto const size = interface_size(made.model());
    auto const many = made.count_here(uapi::member(0)) / size;
    auto const shown = made.elements_shown(many);
    auto& tree = made.into();
    auto const pointer = tree.open({.as = &pointer_to_bytes, .name = name, .number = to});
    auto const place = tree.open({.as = &list, .number = many, .state = shown < many ? value_state::cut : value_state::complete});
    std::uint64_t done = 0;
    while (done < shown && made.add_at(*self.of, {}, to + done * size))
        ++done;
    if (done < shown) {
        tree.node(place).state = value_state::unreadable;
        tree.node(place).number = to + done * size;
    }
    tree.close(place);
    if (done == 0 && many != 0) {
        tree.cancel(place);
        tree.node(pointer).state = value_state::unreadable;
    }
    tree.close(pointer);
    return true;
}

bool font_data(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    constexpr std::uint64_t widest = 32, highest = 32, most = 512;   // the first two are in pixels, `most` is in characters
    std::uint64_t to = 0;
    if (!read_pointer(made, at, to))
        return false;
    // In struct console_font_op, counted from 0, field 2 is the width and field 4 is the number of characters.
    auto const frame_of = made.here();
    auto const number = [&](unsigned index) {
        auto const& part = frame_of.layout->fields[index];
        return load(frame_of.raw.subspan(part.offset[static_cast<unsigned>(made.model())], 4));
    };
    auto const bytes_wide = (std::min(number(2), widest) + 7) / 8;
    add_hex_bytes(made, pointer_to_bytes, name, to, bytes_wide * highest * std::min(number(4), most));
    return true;
}

bool tee_buffer(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type plain = {.shape = uapi::shape::address, .width = uapi::width::u64};
    static constexpr uapi::type pointer = {.shape = uapi::shape::pointer, .width = uapi::width::u64, .of = &uapi::as::address};
    constexpr std::uint64_t largest = 1024, parameter = 32;   // TEE_MAX_ARG_SIZE, sizeof(struct tee_ioctl_param)
    std::uint64_t to = 0, length = 0, many = 0;
    if (!read_number(made, at, 8, to) || !read_number(made, at + 8, 8, length))
        return false;
    // The structure at `to` ends with the number of parameters. The parameters follow the structure.
    auto const size = std::uint64_t{self.of->size_in(made.model())};
    bool const fits = length <= largest && length >= size && read_number(made, to + size - 4, 4, many)
                      && (made.outcome() || size + parameter * many == length);
    if (!fits)
        return made.add(plain, name, to);
    auto& tree = made.into();
    auto const place = tree.open({.as = &pointer, .name = name, .number = to});
    if (!made.add_at(*self.of, {}, to))
        tree.node(place).state = value_state::unreadable;
    tree.close(place);
    return true;
}

}   // namespace cotrace::decode
