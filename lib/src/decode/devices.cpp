// SPDX-License-Identifier: BSL-1.0
// Custom decoders for arguments of ioctl(2) requests of devices. The tables of types in uapi/ cannot describe these arguments.
#include "uapi/custom.hpp"

#include "decode/capture.hpp"
#include "uapi/words.hpp"

#include <algorithm>

namespace cotrace::decode {

bool within(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    return made.add_at(*self.of, name, at - self.after->size_in(made.model()), made.here());
}

bool returned_bits(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    auto const most = self.of->length.value;
    auto const got = made.count(uapi::returned());
    auto const many = got > most / 8 ? most : got * 8;
    std::uint64_t const word = uapi::size_of(uapi::width::word, made.model());
    auto const size = ((many + 7) / 8 + word - 1) / word * word;
    std::array<std::byte, 128> buffer;
    auto const raw = std::span{buffer}.first(std::min<std::size_t>(size, buffer.size()));
    if (raw.empty() || made.read_shown(at, raw) != raw.size())
        return false;
    auto const place = static_cast<std::uint32_t>(made.into().nodes().size());
    made.add_text(*self.of, name, raw);
    made.into().node(place).number = many;
    return true;
}

bool tuple(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type list = {.shape = uapi::shape::array, .of = &uapi::as::uint32, .length = uapi::exactly(0)};
    std::array<std::byte, 256> buffer;
    auto const raw = std::span{buffer}.first(std::min<std::size_t>(self.of->size_in(made.model()), buffer.size()));
    if (made.read(at, raw) != raw.size())
        return false;
    auto& tree = made.into();
    auto const place = tree.open({.as = &list, .name = name, .number = self.of->count});
    for (auto const& part : std::span{self.of->fields, self.of->count})
        made.add_at(*part.as, {}, at + part.offset[static_cast<unsigned>(made.model())]);
    tree.close(place);
    return true;
}

bool first_few(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    auto const really = made.count_here(self.length);
    bool const whole = really <= self.count || (self.unlimited && made.options().verbose);
    auto const shown = whole ? std::min<std::uint64_t>(really, 4096) : self.count;
    auto const each = self.of->of->size_in(made.model());
    auto& tree = made.into();
    auto const place = tree.open({.as = self.of, .name = name, .number = really});
    std::uint64_t done = 0;
    while (done < shown && made.add_at(*self.of->of, {}, at + done * each))
        ++done;
    tree.close(place);
    if (done == 0 && shown != 0) {
        tree.cancel(place);
        made.add_plain(uapi::as::address, name, at);
    } else if (done < shown) {
        tree.node(place).state = value_state::unreadable;
        tree.node(place).number = at + done * each;
    } else if (done < really)
        tree.node(place).state = value_state::cut;
    return true;
}

bool of_model(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    return made.add_at(made.model() == uapi::data_model::lp64 ? *self.of : *self.after, name, at);
}

bool whole_list(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    auto& tree = made.into();
    auto const place = static_cast<std::uint32_t>(tree.nodes().size());
    if (!made.add_at(*self.of, name, at))
        return false;
    for (auto const part : value{tree, place}.parts())
        if (auto const list = part.target();
            list && list->shape() == uapi::shape::array && list->state() != value_state::unreadable && !list->parts().empty())
            return true;
    tree.cancel(place);
    tree.open({.as = self.of, .name = name});   // the text output leaves out a value at exit that has no parts
    return true;
}

bool more(capture& made, uapi::type const&, std::string_view, std::uint64_t)
{
    made.add_plain(uapi::as::nothing, {}, 0);
    return true;
}

bool unless_zero(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    std::array<std::byte, 256> buffer;
    auto const raw = std::span{buffer}.first(std::min<std::size_t>(self.of->size_in(made.model()), buffer.size()));
    if (made.read(at, raw) != raw.size())
        return false;
    bool const zero = std::all_of(raw.begin(), raw.end(), [](std::byte each) { return each == std::byte{}; });
    return zero || made.add_at(*self.of, name, at);
}

bool fixed_text(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type text = {.shape = uapi::shape::characters, .unlimited = true};
    std::array<std::byte, 256> buffer;
    auto const raw = std::span{buffer}.first(std::min<std::size_t>(self.length.value, buffer.size()));
    if (made.read(at, raw) != raw.size())
        return false;
    auto const end = std::find(raw.begin(), raw.end(), std::byte{});
    made.show(at, static_cast<std::uint64_t>(end - raw.begin()));
    auto const place = static_cast<std::uint32_t>(made.into().nodes().size());
    // As in strace, the last character of a text without a null byte is left out.
    made.add_text(text, name, raw.first(static_cast<std::size_t>(end - raw.begin()) - (end == raw.end() ? 1 : 0)));
    if (end == raw.end())
        made.into().node(place).state = value_state::cut;
    return true;
}

bool cut_to_size(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    std::uint64_t const whole = self.of->size_in(made.model());
    auto const passed = made.count_here(self.length);
    std::array<std::byte, 64> buffer;
    auto const raw = std::span{buffer}.first(std::min({whole, passed, std::uint64_t{buffer.size()}}));
    if (raw.size() < self.count || made.read(at, raw) != raw.size())
        return false;
    // Cut, unless the traced thread passed exactly the required bytes or the whole structure.
    return made.add_part_of(*self.of, name, raw, at, passed > self.count && passed != whole);
}

bool contact_slots(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type values = {.shape = uapi::shape::array, .of = &uapi::as::integer, .length = uapi::exactly(1)};
    constexpr std::uint64_t word = sizeof(std::uint32_t);
    auto const words = made.count_here(self.length) / word;
    auto& tree = made.into();
    auto const place = tree.open({.as = self.of, .name = name, .number = at});
    if (words == 0 || !made.add_at(*self.of->fields[0].as, "code", at)) {
        tree.cancel(place);
        return false;
    }
    auto const really = words - 1;
    auto const shown = made.elements_shown(really);
    std::array<std::uint32_t, 4096> all;   // _IOC_SIZEBITS limits an argument to less than 16 KiB
    auto const got = made.read_shown(at + word, std::as_writable_bytes(std::span{all}.first(shown))) / word;
    if (got == 0 && shown != 0)
        made.add_plain(uapi::as::address, "values", at + word);
    else {
        auto const list = tree.open({.as = &values,
                                     .name = "values",
                                     .number = got < shown ? at + word + got * word : really,
                                     .state = got < shown      ? value_state::unreadable
                                              : shown < really ? value_state::cut
                                                               : value_state::complete});
        for (auto const each : std::span{all}.first(got))
            made.add(uapi::as::integer, {}, each);
        tree.close(list);
    }
    tree.close(place);
    return true;
}

}   // namespace cotrace::decode
