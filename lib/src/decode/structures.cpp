// SPDX-License-Identifier: BSL-1.0
// Custom decoders for values whose length or layout the tables of types in uapi/ cannot describe.
#include "uapi/custom.hpp"

#include "decode/capture.hpp"
#include "uapi/common.hpp"
#include "uapi/constants/security.hpp"
#include "uapi/words.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <array>
#include <span>

#include <unistd.h>

namespace cotrace::decode {

bool after_error(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    if (made.outcome() && made.outcome()->error() == static_cast<int>(self.length.value))
        return made.add_at(*self.of, name, at);
    static constexpr uapi::structure none{{{"", uapi::as::nothing}}};
    // The kernel wrote nothing to show, so the value at exit has no fields. The text output then shows only the value at entry.
    made.into().open({.as = &none, .name = name, .number = at});
    return true;
}

bool attribute_value(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type bytes = {.shape = uapi::shape::bytes, .unlimited = true, .length = uapi::exactly(0)};
    constexpr std::uint64_t longest = 65536;   // XATTR_SIZE_MAX
    auto const really = made.count_here(self.length);
    auto const limit = made.most_of_buffer();
    auto const wanted = std::min<std::uint64_t>(really, limit == 0 ? 0 : limit + 1);
    if (really > longest)
        return false;
    auto& tree = made.into();
    auto const begin = tree.add_bytes(wanted);
    auto const room = tree.bytes_at(begin, wanted);
    if (wanted != 0 && made.read(at, room) != wanted) {
        tree.drop_bytes(wanted);
        return false;
    }
    auto const shown = std::min<std::uint64_t>(wanted, limit);
    bool const cut = shown < really;
    made.show(at, shown);
    tree.drop_bytes(wanted - shown);
    tree.open({.as = &bytes,
               .name = name,
               .number = really,
               .begin = begin,
               .length = static_cast<std::uint32_t>(shown),
               .state = cut ? value_state::cut : value_state::complete});
    return true;
}

bool node_set(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type word = {.shape = uapi::shape::padded_hex, .width = uapi::width::word, .style = uapi::style::hex};
    static constexpr uapi::type words = {.shape = uapi::shape::array, .of = &word, .length = uapi::exactly(1)};
    auto const size = uapi::size_of(uapi::width::word, made.model());
    std::uint64_t const bits = std::uint64_t{8} * size;
    // The kernel reads `maxnode` minus 1 bits, rounded up to whole words.
    auto const nodes = made.count_here(self.length);
    auto const many = (nodes + bits - 2) / bits;
    if (many < nodes / bits || (many == 0 && nodes != 0) || at + many * size < at || many > ~std::uint64_t{0} / size)
        return false;
    auto const shown = made.elements_shown(many);
    auto& tree = made.into();
    auto const place = tree.open({.as = &words, .name = name, .number = many});
    std::uint64_t done = 0;
    while (done < shown && made.add_at(word, {}, at + done * size))
        ++done;
    if (done == 0 && shown != 0) {
        tree.close(place);
        tree.cancel(place);
        return false;
    }
    if (done < shown) {
        tree.node(place).state = value_state::unreadable;
        tree.node(place).number = at + done * size;
    } else if (done < many)
        tree.node(place).state = value_state::cut;
    tree.close(place);
    return true;
}

bool resident_pages(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type pages = {.shape = uapi::shape::array, .of = &uapi::as::uint8, .length = uapi::exactly(1)};
    static auto const page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    auto const length = made.count_here(self.length);
    auto const many = length / page + (length % page != 0 ? 1 : 0);
    auto const shown = made.elements_shown(many);
    auto& tree = made.into();
    auto const place = tree.open({.as = &pages, .name = name, .number = many});
    std::uint64_t done = 0;
    // Only the lowest bit of a byte says whether the page is resident, see mincore(2).
    std::array<std::byte, 256> states;
    while (done < shown) {
        auto const room = std::span{states}.first(std::min<std::uint64_t>(states.size(), shown - done));
        auto const got = made.read_shown(at + done, room);
        for (auto const each : room.first(got))
            made.add(uapi::as::uint8, {}, std::to_integer<unsigned>(each) & 1);
        done += got;
        if (got < room.size())
            break;
    }
    // As in strace, the first element that is not shown is read, too.
    bool const goes_on = done == many || (done == shown && (shown == 0 || made.read(at + done, std::span{states}.first(1)) == 1));
    tree.node(place).state = done == many ? value_state::complete : goes_on ? value_state::cut : value_state::unreadable;
    if (!goes_on)
        tree.node(place).number = at + done;
    tree.close(place);
    if (done != 0 || many == 0)
        return true;
    tree.cancel(place);
    return false;
}

bool message(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type text = uapi::as::bytes<uapi::argument(2)>;
    static constexpr uapi::structure message_type{{{"mtype", uapi::as::long_signed}, {"mtext", uapi::as::in<text>}}};
    auto const size = uapi::size_of(uapi::width::klong, made.model());
    // The whole struct msgbuf, with its padding, must be readable.
    std::array<std::byte, 16> head{};
    auto const whole = std::span{head}.first(2 * size);
    if (made.read(at, whole) != whole.size())
        return false;
    made.show(at, size);
    auto const room = whole.first(size);
    auto& tree = made.into();
    auto const place = tree.open({.as = &message_type, .name = name, .number = at});
    made.add(uapi::as::long_signed, "mtype", load(room));
    if (!made.add_at(text, "mtext", at + size))
        made.add_plain(uapi::as::address, "mtext", at + size);
    tree.close(place);
    return true;
}

bool file_handle(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type bytes = uapi::as::hex_bytes<uapi::exactly(0)>;
    static constexpr uapi::structure handle{{
        {"handle_bytes", uapi::as::uint32, uapi::shown::changed},
        {"handle_type", uapi::as::integer},
        {"f_handle", bytes},
    }};
    constexpr std::uint32_t longest = 128;   // MAX_HANDLE_SZ
    std::array<std::uint32_t, 2> head{};
    std::array<std::byte, longest> buffer;
    if (!made.read_value(at, head))
        return false;
    auto& tree = made.into();
    auto const place = tree.open({.as = &handle, .name = name, .number = at});
    made.add(uapi::as::uint32, "handle_bytes", head[0]);
    auto const raw = std::span{buffer}.first(std::min(head[0], longest));
    // Only the field `handle_bytes` has a meaning at the entry of name_to_handle_at(2), and after this call failed.
    auto const* what = made.call().what;
    bool const is_input = what && what->name == "open_by_handle_at";
    if (is_input || (made.outcome() && !made.outcome()->failed)) {
        made.add(uapi::as::integer, "handle_type", head[1]);
        auto const bytes_at = static_cast<std::uint32_t>(tree.nodes().size());
        if (made.read_shown(at + sizeof head, raw) != raw.size())
            made.add_plain(handle, "f_handle", at + sizeof head, value_state::unreadable);
        else {
            made.add_text(bytes, "f_handle", raw);
            tree.node(bytes_at).state = head[0] > longest ? value_state::cut : value_state::complete;
        }
    }
    tree.close(place);
    return true;
}

bool either(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    return made.add_at(*self.of, name, at) || made.add_at(*self.after, name, at);
}

bool if_readable(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    std::array<std::byte, 8> raw{};
    auto const wanted = std::span{raw}.first(self.count != 0 ? self.count : 4);
    return made.read(made.count_here(self.length), wanted) == wanted.size() && made.add_at(*self.of, name, at);
}

bool key_capabilities(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type first = uapi::as::flags<uapi::names::keyctl_capabilities0, uapi::width::u8>;
    static constexpr uapi::type second = uapi::as::flags<uapi::names::keyctl_capabilities1, uapi::width::u8>;
    static constexpr uapi::type list = {.shape = uapi::shape::array, .of = &first, .length = uapi::exactly(1)};
    auto const returned = made.outcome() ? std::max<std::int64_t>(made.outcome()->value, 0) : 0;
    auto const many =
        std::min<std::uint64_t>({static_cast<std::uint64_t>(returned), made.argument(2), made.options().string_limit});
    auto& tree = made.into();
    auto const place = tree.open({.as = &list, .name = name, .number = many});
    std::uint64_t done = 0;
    while (done < many && made.add_at(done == 0 ? first : done == 1 ? second : uapi::as::hex8, {}, at + done))
        ++done;
    tree.close(place);
    if (done != 0 || many == 0)
        return true;
    tree.cancel(place);
    return false;
}

}   // namespace cotrace::decode
