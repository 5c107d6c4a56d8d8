// SPDX-License-Identifier: BSL-1.0
// Structures of which no table can say how long they are, or where their parts lie.
#include "abi/custom.hpp"

#include "abi/constants/bpf.hpp"
#include "abi/constants/security.hpp"
#include "decode/capture.hpp"

#include <cotrace/abi/syscalls.hpp>

#include <algorithm>
#include <bit>

namespace cotrace::decode {
namespace {

constexpr std::uint64_t longest_growth = 4096;   // the kernel takes no more than a page

bool all_zero(capture& made, std::uint64_t at, std::uint64_t length)
{
    std::array<std::byte, 256> buffer;
    while (length != 0) {
        auto const room = std::span{buffer}.first(std::min<std::uint64_t>(buffer.size(), length));
        if (made.read(at, room) != room.size())
            return true;   // nothing is known of it, and nothing is shown
        if (std::any_of(room.begin(), room.end(), [](auto each) { return each != std::byte{}; }))
            return false;
        at += room.size();
        length -= room.size();
    }
    return true;
}

} // namespace

bool versioned(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    bool const inside = self.length.from == abi::source::none;
    std::uint64_t const whole = self.of->size_in(made.model());
    auto passed = made.count_here(self.length);
    if (inside) {
        std::uint32_t said = 0;
        if (!made.read_value(at + self.length.value, said))
            return false;
        passed = said == 0 ? self.count : said < self.count ? self.length.value + sizeof said : said;
    } else if (passed < self.count)
        return false;
    std::array<std::byte, abi::largest_structure> buffer;
    auto const raw = std::span{buffer}.first(std::min(whole, passed));
    if (raw.empty() || made.read(at, raw) != raw.size())
        return false;
    bool const more = passed > whole
        && (inside || !all_zero(made, at + whole, std::min(passed, longest_growth) - std::min(whole, longest_growth)));
    return made.add_part_of(*self.of, name, raw, at, more);
}

namespace {

bool add_bits(capture& made, abi::type const& self, std::uint64_t at, bool zeros)
{
    std::array<std::byte, 8> raw{};
    auto const room = std::span{raw}.first(std::min<std::size_t>(self.size[0], raw.size()));
    if (made.read(at, room) != room.size())
        return false;
    auto const number = load(room);
    for (auto const& row : self.names->all()) {
        bool const single = std::has_single_bit(row.value);
        if (!single || zeros || (number & row.value) != 0)
            made.add(single ? abi::as::uint32 : *self.of, row.name, (number & row.value) >> std::countr_zero(row.value));
    }
    return true;
}

} // namespace

bool bit_fields(capture& made, abi::type const& self, std::string_view, std::uint64_t at)
{
    return add_bits(made, self, at, true);
}

bool set_bit_fields(capture& made, abi::type const& self, std::string_view, std::uint64_t at)
{
    return add_bits(made, self, at, made.options().verbose);
}

bool perf_word(capture& made, abi::type const& self, std::string_view, std::uint64_t at)
{
    constexpr std::uint32_t breakpoint = 5;   // PERF_TYPE_BREAKPOINT
    constexpr std::uint64_t flags_at = 40, frequency = 1 << 10;
    auto const start = at - self.length.value;
    std::uint32_t type = 0;
    std::uint64_t flags = 0, number = 0;
    if (!made.read_value(start, type) || !made.read_value(start + flags_at, flags) || !made.read_value(at, number))
        return false;
    switch (self.length.value) {
    case 16: made.add(abi::as::uint64, (flags & frequency) != 0 ? "sample_freq" : "sample_period", number); break;
    case 56: made.add(abi::as::hex64, type == breakpoint ? "bp_addr" : "config1", number); break;
    default:
        if (type == breakpoint)
            made.add(abi::as::uint64, "bp_len", number);
        else
            made.add(abi::as::hex64, "config2", number);
    }
    return true;
}

bool attribute_value(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr abi::type bytes = abi::as::bytes<abi::exactly(0)>;
    constexpr std::uint64_t longest = 65536;   // XATTR_SIZE_MAX
    auto const really = made.count_here(self.length);
    auto const wanted = std::min<std::uint64_t>(really, made.options().string_limit + 1);
    if (really > longest)
        return false;
    auto& tree = made.into();
    auto const begin = tree.add_bytes(wanted);
    auto const room = tree.bytes_at(begin, wanted);
    if (wanted != 0 && made.read(at, room) != wanted) {
        tree.drop_bytes(wanted);
        return false;
    }
    bool const ended = wanted == really && wanted != 0 && room.back() == std::byte{};
    auto const text = wanted - (ended ? 1 : 0);
    auto const shown = std::min<std::uint64_t>(text, made.options().string_limit);
    bool const cut = shown < text || wanted < really;
    tree.drop_bytes(wanted - shown);
    tree.open({.as = &bytes, .name = name, .number = really, .begin = begin, .length = static_cast<std::uint32_t>(shown),
               .state = cut ? value_state::cut : value_state::complete});
    return true;
}

bool node_set(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr abi::type word = {.shape = abi::shape::padded_hex, .width = abi::width::word, .style = abi::style::hex};
    static constexpr abi::type words = {.shape = abi::shape::array, .of = &word, .length = abi::exactly(1)};
    auto const size = abi::size_of(abi::width::word, made.model());
    std::uint64_t const bits = std::uint64_t{8} * size;
    // The kernel takes one bit less than it is told, and whole words of them.
    auto const nodes = made.count_here(self.length);
    if (nodes > ~std::uint64_t{0} - bits)
        return false;
    auto const many = (nodes + bits - 2) / bits;
    auto const shown = std::min<std::uint64_t>(many, made.options().string_limit);
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

bool message(capture& made, abi::type const&, std::string_view name, std::uint64_t at)
{
    static constexpr abi::type text = abi::as::bytes<abi::argument(2)>;
    static constexpr abi::structure message_type{{{"mtype", abi::as::long_signed}, {"mtext", abi::as::in<text>}}};
    auto const size = abi::size_of(abi::width::klong, made.model());
    std::array<std::byte, 8> kind{};
    auto const room = std::span{kind}.first(size);
    if (made.read(at, room) != size)
        return false;
    auto& tree = made.into();
    auto const place = tree.open({.as = &message_type, .name = name, .number = at});
    made.add(abi::as::long_signed, "mtype", load(room));
    if (!made.add_at(text, "mtext", at + size))
        made.add_plain(abi::as::address, "mtext", at + size);
    tree.close(place);
    return true;
}

bool file_handle(capture& made, abi::type const&, std::string_view name, std::uint64_t at)
{
    static constexpr abi::type bytes = abi::as::hex_bytes<abi::exactly(0)>;
    static constexpr abi::structure handle{{
        {"handle_bytes", abi::as::uint32, abi::shown::changed},
        {"handle_type", abi::as::integer},
        {"f_handle", bytes},
    }};
    constexpr std::uint32_t longest = 128;   // MAX_HANDLE_SZ
    std::array<std::uint32_t, 2> head{};
    std::array<std::byte, longest> buffer;
    if (!made.read_value(at, head))
        return false;
    auto& tree = made.into();
    auto const place = tree.open({.as = &handle, .name = name, .number = at});
    made.add(abi::as::uint32, "handle_bytes", head[0]);
    auto const raw = std::span{buffer}.first(std::min(head[0], longest));
    // Before name_to_handle_at(2), and after it failed, only the length counts.
    auto const* what = made.call().what;
    bool const takes = what && what->name == "open_by_handle_at";
    if (takes || (made.outcome() && !made.outcome()->failed)) {
        made.add(abi::as::integer, "handle_type", head[1]);
        if (made.read(at + sizeof head, raw) == raw.size())
            made.add_text(bytes, "f_handle", raw);
        else
            made.add_plain(abi::as::address, "f_handle", at + sizeof head);
    }
    tree.close(place);
    return true;
}

bool mount_string(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    constexpr std::uint64_t strings_at = 512;   // sizeof(struct statmount)
    std::uint32_t offset = 0;
    if (!made.read_value(at, offset))
        return false;
    auto const start = at - self.length.value;
    std::uint32_t whole = 0;
    if (made.read_value(start, whole) && offset < whole - std::min<std::uint64_t>(whole, strings_at)
        && made.add_at(abi::as::path_characters, name, start + strings_at + offset))
        return true;
    made.add(abi::as::hex32, name, offset);
    return true;
}

bool module_contexts(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr abi::name_table ids{abi::names::lsm_ids.storage, std::size(abi::names::lsm_ids.storage), false, {}};
    static constexpr abi::type context_bytes = abi::as::hex_bytes<abi::exactly(0)>;
    static constexpr abi::structure context{{
        {"id", abi::as::one_of<ids, abi::width::u64>},
        {"flags", abi::as::hex64},
        {"len", abi::as::uint64},
        {"ctx_len", abi::as::uint64},
    }};
    static constexpr abi::type contexts = {.shape = abi::shape::array, .of = &context, .length = abi::exactly(1)};
    auto left = made.count_here(self.length) & 0xffffffff;
    bool const single = made.call().what && made.call().what->name == "lsm_set_self_attr";
    auto& tree = made.into();
    auto const list = tree.open({.as = &contexts, .name = name});
    std::uint64_t found = 0;
    for (; left >= 32 && found < made.options().string_limit; ++found) {
        std::array<std::uint64_t, 4> head{};
        if (!made.read_value(at, head))
            break;
        auto const one = tree.open({.as = &context, .number = at});
        for (std::size_t i = 0; i < head.size(); ++i)
            made.add(*context.fields[i].as, context.fields[i].name, head[i]);
        std::array<std::byte, 256> buffer;
        auto const inside = std::min(left, head[2]);
        auto const raw = std::span{buffer}.first(std::min<std::uint64_t>({head[3], inside - std::min<std::uint64_t>(inside, 32),
                                                                          buffer.size(), made.options().string_limit}));
        if (!raw.empty() && made.read(at + 32, raw) == raw.size())
            made.add_text(context_bytes, "ctx", raw);
        tree.close(one);
        if (single || head[2] < 32 || head[2] >= left) {
            ++found;
            break;
        }
        at += head[2];
        left -= head[2];
    }
    tree.node(list).number = found;
    tree.close(list);
    if (found != 0)
        return true;
    tree.cancel(list);
    return false;
}

bool filter_program(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr abi::structure instruction{{
        {"code", abi::as::hex16},
        {"jt", abi::as::uint8},
        {"jf", abi::as::uint8},
        {"k", abi::as::hex32},
    }};
    static constexpr abi::type program = abi::as::in<abi::as::array<instruction, abi::member(0)>>;
    // Of a field, the address is what lies there.
    std::array<std::byte, 8> raw{};
    auto const room = std::span{raw}.first(abi::size_of(abi::width::word, made.model()));
    if (made.read(at, room) != room.size())
        return false;
    auto const to = load(room);
    auto const many = std::min<std::uint64_t>(made.count_here(self.length), 4096);   // BPF_MAXINSNS
    if (!made.options().verbose || to == 0) {
        made.add_plain(abi::as::address, name, to);
        return true;
    }
    auto& tree = made.into();
    auto const pointer = tree.open({.as = &program, .name = name, .number = to});
    auto const list = tree.open({.as = program.of, .number = many});
    std::uint64_t done = 0;
    while (done < many && made.add_at(instruction, {}, to + 8 * done))
        ++done;
    tree.close(list);
    if (done == 0 && many != 0) {
        tree.cancel(list);
        tree.node(pointer).state = value_state::unreadable;
    } else if (done < many) {
        tree.node(list).state = value_state::unreadable;
        tree.node(list).number = to + 8 * done;
    }
    tree.close(pointer);
    return true;
}

bool key_capabilities(capture& made, abi::type const&, std::string_view name, std::uint64_t at)
{
    static constexpr abi::type first = abi::as::flags<abi::names::keyctl_capabilities0, abi::width::u8>;
    static constexpr abi::type second = abi::as::flags<abi::names::keyctl_capabilities1, abi::width::u8>;
    static constexpr abi::type list = {.shape = abi::shape::array, .of = &first, .length = abi::exactly(1)};
    auto const returned = made.outcome() ? std::max<std::int64_t>(made.outcome()->value, 0) : 0;
    auto const many = std::min<std::uint64_t>({static_cast<std::uint64_t>(returned), made.argument(2), made.options().string_limit});
    auto& tree = made.into();
    auto const place = tree.open({.as = &list, .name = name, .number = many});
    for (std::uint64_t i = 0; i < many; ++i)
        if (!made.add_at(i == 0 ? first : i == 1 ? second : abi::as::hex8, {}, at + i))
            break;
    tree.close(place);
    return true;
}

} // namespace cotrace::decode
