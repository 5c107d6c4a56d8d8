// SPDX-License-Identifier: BSL-1.0
// Structures with a length or a layout that a table cannot describe.
#include "abi/custom.hpp"

#include "abi/common.hpp"
#include "abi/compose.hpp"
#include "abi/constants/security.hpp"
#include "abi/constants/trace.hpp"
#include "decode/capture.hpp"

#include <cotrace/abi/syscalls.hpp>

#include <algorithm>
#include <bit>
#include <optional>

namespace cotrace::decode {
namespace {

constexpr std::uint64_t longest_growth = 4096;   // the kernel accepts at most a page

bool all_zero(capture& made, std::uint64_t at, std::uint64_t length)
{
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

} // namespace

namespace {

// The bytes after the known fields of a structure that has grown. Nothing is shown
// if all are zero. If they cannot be read, text shows "???".
constexpr abi::type surplus = {.shape = abi::shape::bytes, .length = abi::exactly(0),
                               .text = {.hex = true, .surplus = true}};

void add_surplus(capture& made, std::uint32_t place, std::uint64_t at, std::uint64_t known, std::uint64_t passed)
{
    auto const end = std::min(passed, longest_growth);
    if (end <= known)
        return;
    auto& tree = made.into();
    auto const length = end - known;
    std::array<std::byte, longest_growth> buffer;
    auto const raw = std::span{buffer}.first(length);
    bool const had = made.read(at + known, raw) == length;
    if (had && std::all_of(raw.begin(), raw.end(), [](auto each) { return each == std::byte{}; }))
        return;
    auto const here = static_cast<std::uint32_t>(tree.nodes().size());
    auto const shown = std::min<std::uint64_t>(length, made.options().string_limit);
    made.add_text(surplus, "more_bytes", had ? raw.first(shown) : raw.first(0));
    tree.node(here).number = length;
    tree.node(here).state = !had ? value_state::unreadable : shown < length ? value_state::cut : value_state::complete;
    tree.close(place);
}

// Adds only the size field of a structure that contains its own size, because the rest could not be read.
bool add_size_only(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    std::array<std::byte, sizeof(std::uint32_t)> size;
    if (self.custom.grows != abi::growth::after_size || made.read(at, size) != size.size())
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

// Returns the bytes that were passed, and zeros after them. The zeros complete the field in which the passed bytes end,
// and the fields that were added in the same version of the structure.
std::span<std::byte const> with_started_fields(capture& made, abi::type const& layout, std::span<std::byte> buffer,
                                               std::size_t passed)
{
    auto end = passed;
    for (auto const& each : std::span{layout.fields, layout.count}) {
        auto const from = each.offset[static_cast<unsigned>(made.model())];
        bool const is_passed = each.only.member == abi::condition::passed && passed >= each.only.value;
        if (from < passed || is_passed)
            end = std::max<std::size_t>(end, from + each.as->size_in(made.model()));
    }
    std::fill(buffer.begin() + static_cast<std::ptrdiff_t>(passed), buffer.begin() + static_cast<std::ptrdiff_t>(end), std::byte{});
    return buffer.first(end);
}

} // namespace

bool versioned(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    bool const inside = self.length.from == abi::source::none;
    std::uint64_t const whole = self.of->size_in(made.model());
    auto passed = made.count_here(self.length);
    if (inside) {
        std::uint32_t size_field = 0;
        if (!made.read_value(at + self.length.value, size_field))
            return false;
        if (self.custom.grows == abi::growth::cut && size_field != 0 && size_field < self.count)
            return false;
        passed = size_field == 0 && self.custom.zero_is_first ? self.count
            : size_field < self.count ? self.length.value + sizeof size_field : size_field;
    } else if (passed < self.count || (self.custom.one_page && passed > longest_growth))
        return false;
    std::array<std::byte, abi::largest_structure> buffer;
    auto const raw = std::span{buffer}.first(std::min(whole, passed));
    if (raw.empty() || made.read(at, raw) != raw.size())
        return add_size_only(made, self, name, at);
    auto shown = std::span<std::byte const>{raw};
    if (self.custom.grows == abi::growth::partial || self.custom.grows == abi::growth::zero_extended)
        shown = with_started_fields(made, *self.of, buffer, raw.size());
    auto const place = static_cast<std::uint32_t>(made.into().nodes().size());
    bool const with_bytes = self.custom.grows == abi::growth::bytes || self.custom.grows == abi::growth::after_size
        || self.custom.grows == abi::growth::zero_extended;
    bool const cut = !with_bytes && self.custom.grows != abi::growth::silent && passed > whole
        && (self.custom.grows == abi::growth::always_cut || self.custom.grows == abi::growth::partial || !all_zero(made, at + whole, std::min(passed, longest_growth) - std::min(whole, longest_growth)));
    made.add_part_of(*self.of, name, shown, at, cut, passed);
    if (with_bytes)
        add_surplus(made, place, at, whole, passed);
    return true;
}

bool zero_padded(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    std::uint64_t const whole = self.of->size_in(made.model());
    std::array<std::byte, abi::largest_structure> buffer{};
    auto const length = made.count_here(self.length);
    auto const passed = std::span{buffer}.first(std::min(whole, length));
    if (passed.empty() || length < self.count || made.read(at, passed) != passed.size())
        return false;
    // Custom decoders read from memory: the window makes them find the zeros, too.
    auto const before = made.keep({at, std::span{buffer}.first(whole)});
    bool const had = made.add_part_of(*self.of, name, std::span{buffer}.first(whole), at, false, length);
    made.keep(before);
    return had;
}

bool aligned_area(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    return at % 32 == 0 && zero_padded(made, self, name, at);
}

bool bpf_attributes(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr abi::structure named{{{"", abi::as::nothing}}};
    auto const passed = made.argument(2) & 0xffffffff;
    std::array<std::byte, longest_growth> buffer{};
    if (passed == 0 || passed > buffer.size() || made.read(at, std::span{buffer}.first(passed)) != passed)
        return false;
    auto const known = std::min<std::uint64_t>(passed, self.count);
    std::array<std::byte, abi::largest_structure> fields{};
    std::copy_n(buffer.begin(), known, fields.begin());
    auto const shown = with_started_fields(made, *self.of, fields, std::max<std::uint64_t>(known, self.length.value));
    auto& tree = made.into();
    auto const place = static_cast<std::uint32_t>(tree.nodes().size());
    if (!self.custom.name.empty())
        tree.open({.as = &named, .name = name, .number = at});
    made.add_part_of(*self.of, self.custom.name.empty() ? name : self.custom.name, shown, at, false, passed);
    auto const rest = std::span{buffer}.first(passed).subspan(known);
    if (std::any_of(rest.begin(), rest.end(), [](auto each) { return each != std::byte{}; })) {
        if (made.options().verbose) {
            auto const here = static_cast<std::uint32_t>(tree.nodes().size());
            made.add_text(surplus, "extra_data", rest);
            tree.node(here).number = passed;
        } else
            tree.node(place).state = value_state::cut;
    }
    tree.close(place);
    return true;
}

// The size of the fields of struct link_create that all kinds of links have.
constexpr std::uint64_t link_head = 16;

bool bpf_choice(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    // A field that was not passed is 0.
    std::uint32_t by = 0;
    auto const passed = made.argument(2) & 0xffffffff;
    if (passed >= self.length.value + sizeof by)
        made.read_value(at + self.length.value, by);
    auto const* chosen = self.of;
    // If only the common fields were passed, the default is shown.
    if (passed > link_head)
        for (auto const& each : std::span{self.cases, self.count})
            if (each.value == (by & self.length.mask))
                chosen = each.as;
    return chosen->custom.decode(made, *chosen, name, at);
}

bool relative_program(capture& made, abi::type const& self, std::string_view, std::uint64_t at)
{
    constexpr std::uint32_t by_id = 0x20;   // BPF_F_ID
    std::uint32_t flags = 0, number = 0;
    auto const passed = made.argument(2) & 0xffffffff;   // a field that was not passed is 0
    if (passed >= self.length.value + sizeof flags)
        made.read_value(made.argument(1) + self.length.value, flags);
    if (passed >= at - made.argument(1) + sizeof number)
        made.read_value(at, number);
    bool const has_id = (flags & by_id) != 0;
    made.add(has_id ? abi::as::uint32 : abi::as::fd, has_id ? "relative_id" : "relative_fd", number);
    return true;
}

bool bpf_count(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    constexpr std::uint64_t count_at = 32;
    std::uint32_t count = 0;
    auto const before = made.call().argument("attr");
    auto const part = before ? before->find("batch") : std::nullopt;
    auto const was = part ? part->find("count") : std::nullopt;
    if (was && made.read_value(at + count_at, count) && count != was->number())
        return made.add_at(*self.of, name, at);
    made.into().open({.as = self.of, .name = name, .number = at});   // empty: there is no change to show
    return true;
}

bool after_error(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    if (made.outcome() && made.outcome()->error() == static_cast<int>(self.length.value))
        return made.add_at(*self.of, name, at);
    static constexpr abi::structure none{{{"", abi::as::nothing}}};
    made.into().open({.as = &none, .name = name, .number = at});   // empty: there is no change to show
    return true;
}

bool register_set(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    auto const length = made.count_here(self.length);
    std::uint64_t const whole = self.of->size_in(made.model());
    std::array<std::byte, abi::largest_structure> buffer;
    auto const raw = std::span{buffer}.first(std::min(whole, length));
    // The kernel transfers only whole registers.
    if (length == 0 || length % abi::size_of(abi::width::word, made.model()) != 0 || made.read(at, raw) != raw.size())
        return false;
    return made.add_part_of(*self.of, name, raw, at, length > whole);
}

// The fields after the stack pointer depend on the kind of stop.
bool call_information(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    namespace as = abi::as;
    static constexpr abi::structure head{{
        {"op", as::one_of<abi::names::ptrace_syscall_info_operations, abi::width::u8>},
        {"reserved", as::hex8, abi::shown::nonzero},
        {"flags", as::hex16, abi::shown::nonzero},
        {"arch", as::one_of<abi::names::audit_arches>},
        {"instruction_pointer", abi::address64},
        {"stack_pointer", abi::address64},
        {"entry", as::nothing},
        {"exit", as::nothing},
        {"seccomp", as::nothing},
    }};
    static constexpr abi::structure entry{{{"nr", as::uint64}, {"args", as::array<as::hex64, abi::exactly(6)>}, {"ret_data", as::uint32}}};
    static constexpr abi::structure exit{{{"rval", as::int64}, {"is_error", as::uint8}}};
    static constexpr abi::type arguments = as::array<as::hex64, abi::exactly(6)>;
    static constexpr abi::type failure = {.shape = abi::shape::kernel_result, .width = abi::width::u64, .style = abi::style::decimal};
    static constexpr abi::type numbers[] = {
        {.shape = abi::shape::call_number, .width = abi::width::u64, .interface = abi::arch::x86_64},
        {.shape = abi::shape::call_number, .width = abi::width::u64, .interface = abi::arch::i386},
        {.shape = abi::shape::call_number, .width = abi::width::u64, .interface = abi::arch::aarch64},
        {.shape = abi::shape::call_number, .width = abi::width::u64, .interface = abi::arch::riscv64},
    };
    constexpr std::uint8_t is_entry = 1, is_exit = 2, is_seccomp = 3;
    constexpr std::size_t union_at = 24, args_at = 32, data_at = 80, whole = 88;
    auto const length = std::min<std::uint64_t>({made.count_here(self.length), made.argument(2), whole});
    std::array<std::byte, whole> buffer{};
    auto const raw = std::span{buffer}.first(length);
    if (length == 0 || made.read(at, raw) != length)
        return false;
    auto const number_at = [&](std::size_t from, std::size_t size) { return load(std::span{buffer}.subspan(from, size)); };
    auto& tree = made.into();
    auto const place = static_cast<std::uint32_t>(tree.nodes().size());
    made.add_part_of(head, name, raw.first(std::min(length, std::uint64_t{union_at})), at);
    auto const kind = std::to_integer<std::uint8_t>(buffer[0]);
    auto const arch = number_at(4, 4);
    if (length >= args_at && (kind == is_entry || kind == is_seccomp)) {
        auto const* number = arch == 0xc000003e ? numbers : arch == 0x40000003 ? numbers + 1
            : arch == 0xc00000b7 ? numbers + 2 : arch == 0xc00000f3 ? numbers + 3 : &as::uint64;
        auto const part = tree.open({.as = &entry, .name = kind == is_entry ? "entry" : "seccomp"});
        made.add(*number, "nr", number_at(union_at, 8));
        auto const many = std::min<std::uint64_t>((length - args_at) / 8, 6);
        if (many != 0) {
            auto const list = tree.open({.as = &arguments, .name = "args", .number = many});
            for (std::size_t i = 0; i < many; ++i)
                made.add(as::hex64, {}, number_at(args_at + 8 * i, 8));
            tree.close(list);
        }
        if (kind == is_seccomp && length >= data_at + 4)
            made.add(as::uint32, "ret_data", number_at(data_at, 4));
        tree.close(part);
    } else if (length >= args_at && kind == is_exit) {
        bool const has_error_flag = length > args_at;
        auto const part = tree.open({.as = &exit, .name = "exit"});
        made.add(has_error_flag && buffer[args_at] != std::byte{} ? failure : as::int64, "rval", number_at(union_at, 8));
        if (has_error_flag)
            made.add(as::uint8, "is_error", number_at(args_at, 1));
        tree.close(part);
    }
    tree.close(place);
    return true;
}

namespace {

// Bits whose names begin with this prefix have no meaning yet. They are shown only if one of them is set.
constexpr std::string_view reserved_prefix{"__reserved"};

bool add_bits(capture& made, abi::type const& self, std::uint64_t at, bool zeros)
{
    std::array<std::byte, 8> raw{};
    auto const room = std::span{raw}.first(std::min<std::size_t>(self.size[0], raw.size()));
    if (made.read(at, room) != room.size())
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
    constexpr std::uint64_t flags_at = 40, frequency = 1 << 10, watermark = 1 << 14;
    auto const start = at - self.length.value;
    std::uint32_t type = 0;
    std::uint64_t flags = 0, number = 0;
    if (!made.read_value(start, type) || !made.read_value(start + flags_at, flags) || !made.read_value(at, number))
        return false;
    switch (self.length.value) {
    case 16: made.add(abi::as::uint64, (flags & frequency) != 0 ? "sample_freq" : "sample_period", number); break;
    case 48: made.add(abi::as::uint32, (flags & watermark) != 0 ? "wakeup_watermark" : "wakeup_events", number); break;
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
    static constexpr abi::type bytes = {.shape = abi::shape::bytes, .unlimited = true, .length = abi::exactly(0)};
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
    auto const shown = std::min<std::uint64_t>(wanted, made.options().string_limit);
    bool const cut = shown < really;
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
    // The kernel reads one bit less than maxnode says, in whole words.
    auto const nodes = made.count_here(self.length);
    auto const many = (nodes + bits - 2) / bits;
    if (many < nodes / bits || (many == 0 && nodes != 0) || at + many * size < at || many > ~std::uint64_t{0} / size)
        return false;
    auto const shown = std::min<std::uint64_t>(many, made.options().verbose ? 4096 : made.options().string_limit);
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

bool resident_pages(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr abi::type pages = {.shape = abi::shape::array, .of = &abi::as::uint8, .length = abi::exactly(1)};
    constexpr std::uint64_t page = 4096;
    auto const length = made.count_here(self.length);
    auto const many = length / page + (length % page != 0 ? 1 : 0);
    auto const shown = std::min<std::uint64_t>(many, made.options().verbose ? 4096 : made.options().string_limit);
    auto& tree = made.into();
    auto const place = tree.open({.as = &pages, .name = name, .number = many});
    std::uint64_t done = 0;
    // Only the lowest bit says whether the page is resident, see mincore(2).
    std::array<std::byte, 256> states;
    while (done < shown) {
        auto const room = std::span{states}.first(std::min<std::uint64_t>(states.size(), shown - done));
        auto const got = made.read(at + done, room);
        for (auto const each : room.first(got))
            made.add(abi::as::uint8, {}, std::to_integer<unsigned>(each) & 1);
        done += got;
        if (got < room.size())
            break;
    }
    // strace also reads the first element that is not shown.
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

bool message(capture& made, abi::type const&, std::string_view name, std::uint64_t at)
{
    static constexpr abi::type text = abi::as::bytes<abi::argument(2)>;
    static constexpr abi::structure message_type{{{"mtype", abi::as::long_signed}, {"mtext", abi::as::in<text>}}};
    auto const size = abi::size_of(abi::width::klong, made.model());
    // The whole struct msgbuf, with its padding, must be readable.
    std::array<std::byte, 16> head{};
    auto const whole = std::span{head}.first(2 * size);
    if (made.read(at, whole) != whole.size())
        return false;
    auto const room = whole.first(size);
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
    // At the entry of name_to_handle_at(2), and after a failure, only the length has a meaning.
    auto const* what = made.call().what;
    bool const is_input = what && what->name == "open_by_handle_at";
    if (is_input || (made.outcome() && !made.outcome()->failed)) {
        made.add(abi::as::integer, "handle_type", head[1]);
        auto const bytes_at = static_cast<std::uint32_t>(tree.nodes().size());
        if (made.read(at + sizeof head, raw) != raw.size())
            made.add_plain(handle, "f_handle", at + sizeof head, value_state::unreadable);
        else {
            made.add_text(bytes, "f_handle", raw);
            tree.node(bytes_at).state = head[0] > longest ? value_state::cut : value_state::complete;
        }
    }
    tree.close(place);
    return true;
}

namespace {

constexpr std::uint64_t mount_strings_at = 512;   // sizeof(struct statmount)

std::uint64_t number_here(capture& made, std::uint64_t offset)
{
    auto const& raw = made.here().raw;
    return offset + 4 <= raw.size() ? load(raw.subspan(offset, 4)) : 0;
}

// The address of a string after the structure. Nothing if the string is outside the size that the structure reports.
std::optional<std::uint64_t> mount_string_place(capture& made, std::uint64_t offset, std::uint64_t start)
{
    // The kernel wrote no more bytes than the buffer of the caller has.
    auto const whole = std::min(number_here(made, 0), made.here().passed), place = number_here(made, offset);
    if (place >= whole - std::min(whole, mount_strings_at))
        return std::nullopt;
    return start + mount_strings_at + place;
}

} // namespace

bool mount_string(capture& made, abi::type const&, std::string_view name, std::uint64_t at)
{
    auto const offset = at - made.here().at;
    auto const place = mount_string_place(made, offset, made.here().at);
    if (!place || !made.add_at(abi::as::path_characters, name, *place))
        made.add(abi::as::hex32, name, number_here(made, offset));
    return true;
}

bool mount_strings(capture& made, abi::type const&, std::string_view name, std::uint64_t at)
{
    static constexpr abi::type strings = {.shape = abi::shape::array, .of = &abi::as::path_characters, .length = abi::exactly(1)};
    auto const offset = at - made.here().at;
    auto const many = number_here(made, offset - 4);
    auto place = mount_string_place(made, offset, made.here().at);
    if (!place) {
        made.add(abi::as::hex32, name, number_here(made, offset));
        return true;
    }
    auto const shown = std::min<std::uint64_t>(many, made.options().verbose ? 4096 : made.options().string_limit);
    auto& tree = made.into();
    auto const list = tree.open({.as = &strings, .name = name, .number = many});
    std::uint64_t done = 0;
    for (; done < shown; ++done) {
        auto const each = static_cast<std::uint32_t>(tree.nodes().size());
        if (!made.add_at(abi::as::path_characters, {}, *place))
            break;
        *place += tree.node(each).number + 1;
    }
    tree.node(list).state = done < shown ? value_state::unreadable : done < many ? value_state::cut : value_state::complete;
    if (done < shown)
        tree.node(list).number = *place;
    tree.close(list);
    return true;
}

namespace {

constexpr auto module_ids = abi::renamed(abi::names::lsm_ids);
constexpr abi::type context_bytes = abi::as::hex_bytes<abi::exactly(0)>;
constexpr abi::structure context{{
    {"id", abi::as::one_of<module_ids, abi::width::u64>},
    {"flags", abi::as::hex64},
    {"len", abi::as::uint64},
    {"ctx_len", abi::as::uint64},
}};
constexpr std::uint64_t context_head = 32;

// Adds struct lsm_ctx, of at most `left` bytes. Returns its field `len`, if the structure could be read.
std::optional<std::uint64_t> add_context(capture& made, std::string_view name, std::uint64_t at, std::uint64_t left)
{
    std::array<std::uint64_t, 4> head{};
    if (left < context_head || !made.read_value(at, head))
        return std::nullopt;
    auto& tree = made.into();
    auto const place = tree.open({.as = &context, .name = name, .number = at});
    for (std::size_t i = 0; i < head.size(); ++i)
        made.add(*context.fields[i].as, context.fields[i].name, head[i]);
    auto const inside = std::min(left, head[2]);
    auto const length = std::min(head[3], inside - std::min(inside, context_head));
    std::array<std::byte, 256> buffer;
    auto const shown = std::min<std::uint64_t>({length, buffer.size() - 1, made.options().string_limit});
    auto const raw = std::span{buffer}.first(shown < length ? shown + 1 : shown);
    if (!raw.empty() && made.read(at + context_head, raw) == raw.size()) {
        auto const bytes = static_cast<std::uint32_t>(tree.nodes().size());
        made.add_text(context_bytes, "ctx", raw.first(shown));
        tree.node(bytes).state = shown < length ? value_state::cut : value_state::complete;
    } else if (length != 0)
        made.add_plain(abi::as::address, "ctx", at + context_head);
    tree.close(place);
    return head[2];
}

} // namespace

bool module_context(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    return add_context(made, name, at, made.count_here(self.length) & 0xffffffff).has_value();
}

bool module_contexts(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    static constexpr abi::type contexts = {.shape = abi::shape::array, .of = &context, .length = abi::exactly(1)};
    auto left = made.count_here(self.length) & 0xffffffff;
    auto& tree = made.into();
    auto const list = tree.open({.as = &contexts, .name = name});
    std::uint64_t found = 0;
    while (found < made.options().string_limit) {
        auto const length = add_context(made, {}, at, left);
        found += length ? 1 : 0;
        if (!length || *length < context_head || *length >= left)
            break;
        at += *length;
        left -= *length;
    }
    tree.node(list).number = found;
    tree.close(list);
    if (found != 0)
        return true;
    tree.cancel(list);
    return false;
}

bool either(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    return made.add_at(*self.of, name, at) || made.add_at(*self.after, name, at);
}

bool if_readable(capture& made, abi::type const& self, std::string_view name, std::uint64_t at)
{
    std::array<std::byte, 8> raw{};
    auto const wanted = std::span{raw}.first(self.count != 0 ? self.count : 4);
    return made.read(made.count_here(self.length), wanted) == wanted.size() && made.add_at(*self.of, name, at);
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
    std::uint64_t done = 0;
    while (done < many && made.add_at(done == 0 ? first : done == 1 ? second : abi::as::hex8, {}, at + done))
        ++done;
    tree.close(place);
    if (done != 0 || many == 0)
        return true;
    tree.cancel(place);
    return false;
}

} // namespace cotrace::decode
