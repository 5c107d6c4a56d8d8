// SPDX-License-Identifier: BSL-1.0
#include "render/text/value_writer.hpp"

#include "abi/constants/clock.hpp"
#include "abi/constants/stat.hpp"
#include "abi/constants/trace.hpp"
#include "abi/requests.hpp"
#include "abi/spelling.hpp"

#include <cotrace/abi/errnos.hpp>
#include <cotrace/abi/signals.hpp>
#include <cotrace/abi/syscalls.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <ctime>
#include <span>
#include <utility>

#include <arpa/inet.h>
#include <endian.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

namespace cotrace::render {
namespace {

namespace names = abi::names;
using abi::shape;
using abi::style;

bool printable(unsigned char c) noexcept
{
    return c >= ' ' && c < 0x7f;
}

bool is_unprintable(unsigned char c) noexcept
{
    return !printable(c) && !(c >= '\t' && c <= '\r');
}

void put_byte_hex(std::string& to, unsigned char c)
{
    constexpr char digits[] = "0123456789abcdef";
    to += "\\x";
    to += digits[c >> 4];
    to += digits[c & 15];
}

// Characters that need no escape in any style of quoting. Most characters of most texts are plain.
constexpr auto plain_characters = [] {
    std::array<bool, 256> made{};
    for (unsigned c = ' '; c < 0x7f; ++c)
        made[c] = c != '"' && c != '\\' && c != '<' && c != '>';
    return made;
}();

std::size_t plain_length(std::string_view text) noexcept
{
    std::size_t length = 0;
    while (length < text.size() && plain_characters[static_cast<unsigned char>(text[length])])
        ++length;
    return length;
}

char short_escape(unsigned char c) noexcept
{
    switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\v': return 'v';
    default: return 0;
    }
}

// Appends an octal escape with as few digits as possible. It has three digits if the next character is a digit.
void put_byte_octal(std::string& to, unsigned char c, bool digit_follows)
{
    to += '\\';
    if (digit_follows || c >= 0100)
        to += static_cast<char>('0' + (c >> 6));
    if (digit_follows || c >= 010)
        to += static_cast<char>('0' + (c >> 3 & 7));
    to += static_cast<char>('0' + (c & 7));
}

constexpr auto const& event_type = abi::as::one_of<names::ptrace_events>;

// Whether a value and all of its parts are zero.
bool is_zero(value const& shown) noexcept
{
    auto const holds = abi::traits_of(shown.shape()).holds;
    if (holds == abi::holding::number)
        return shown.number() == 0;   // also if file descriptor 0 has parts
    for (auto const each : shown.bytes())
        if (each != std::byte{})
            return false;
    for (auto const each : shown.parts())
        if (!is_zero(each))
            return false;
    return holds != abi::holding::pointer || shown.number() == 0;
}

// Whether all fields that are marked `shown::together` are 0.
bool all_together_zero(value const& shown) noexcept
{
    auto const& as = shown.type();
    for (auto const& field : std::span{as.fields, as.count})
        if (field.when == abi::shown::together)
            if (auto const each = shown.find(field.name); each && each->number() != 0)
                return false;
    return true;
}

} // namespace

void put_padded(std::string& to, std::uint64_t number, std::size_t digits, int base)
{
    auto const before = to.size();
    put_number(to, number, base);
    auto const had = to.size() - before;
    if (had < digits)
        to.insert(before, digits - had, '0');
}

void put_uuid(std::string& to, std::span<std::byte const> raw)
{
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            to += '-';
        put_padded(to, std::to_integer<unsigned>(raw[i]), 2, 16);
    }
}

void put_signal(std::string& to, int number, constants how)
{
    put_constant(to, how, abi::signal_name(number), [&] { put_signed(to, number); });
}

std::string_view clock_name(std::int32_t id) noexcept
{
    auto const* row = names::clocks.find(static_cast<std::uint32_t>(id));
    return row ? row->name : std::string_view{};
}

std::string_view file_type_name(std::uint64_t mode) noexcept
{
    auto const* row = names::file_types.find(mode & S_IFMT);
    return row ? row->name : std::string_view{};
}

bool put_time(std::string& to, std::int64_t seconds, std::uint64_t fraction, unsigned digits)
{
    std::uint64_t whole = 1;
    for (unsigned i = 0; i < digits; ++i)
        whole *= 10;
    std::time_t const at = seconds;
    std::tm broken{};
    char text[64];
    if (fraction >= whole || !localtime_r(&at, &broken) || std::strftime(text, sizeof text, "%FT%T", &broken) == 0)
        return false;
    to += text;
    if (fraction != 0) {
        to += '.';
        put_padded(to, fraction, digits);
    }
    to.append(text, std::strftime(text, sizeof text, "%z", &broken));
    return true;
}

void put_ticks(std::string& to, std::uint64_t ticks)
{
    put_number(to, ticks / 100);
    to += '.';
    put_padded(to, ticks % 100, 2);
    to += " s";
}

void value_writer::remark(std::string_view text)
{
    to_ += " /* ";
    to_ += text;
    to_ += " */";
}

// Appends the date as a comment, except for 0 and for times that have no date.
void value_writer::moment(std::int64_t seconds, std::uint64_t fraction, unsigned digits)
{
    std::string text;
    if ((seconds != 0 || fraction != 0) && put_time(text, seconds, fraction, digits))
        remark(text);
}

template <class Put>
void value_writer::constant(std::string_view name, Put&& put)
{
    put_constant(to_, options_.names, name, put);
}

bool value_writer::all_in_hex(std::string_view text) const noexcept
{
    auto const all = options_.strings;
    return all == escapes::all_hex
        || (all == escapes::unprintable_hex
            && std::any_of(text.begin(), text.end(), [](char c) { return is_unprintable(static_cast<unsigned char>(c)); }));
}

void value_writer::quote(std::string_view text, bool hex, put_as how)
{
    auto const all = options_.strings;
    bool const bare = how == put_as::inside_brackets;
    hex = hex || all_in_hex(text);
    to_ += bare ? "" : "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (auto const plain = hex ? 0 : plain_length(text.substr(i)); plain != 0) {
            to_ += text.substr(i, plain);
            i += plain;
            if (i == text.size())
                break;
        }
        auto const c = static_cast<unsigned char>(text[i]);
        bool const ends_bracket = bare && (c == '<' || c == '>');
        if (hex)
            put_byte_hex(to_, c);
        else if (auto const letter = short_escape(c)) {
            to_ += '\\';
            to_ += letter;
        } else if (printable(c) && !ends_bracket)
            to_ += static_cast<char>(c);
        else if (all == escapes::unprintable_chars_hex)
            put_byte_hex(to_, c);
        else
            put_byte_octal(to_, c, i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '7');
    }
    to_ += bare ? "" : "\"";
}

void value_writer::write(value const& shown, std::optional<value> before)
{
    bare(shown, before);
    if (!shown.type().text.comment.empty())
        remark(shown.type().text.comment);
}

void value_writer::bare(value const& shown, std::optional<value> before)
{
    switch (shown.shape()) {
    case shape::pointer: return pointer(shown, before);
    case shape::characters: return text(shown);
    case shape::bytes: return shown.type().text.surplus ? more_bytes(shown, shown.type().length.value) : text(shown);
    case shape::array: return array(shown, before);
    case shape::structure: return structure(shown, before);
    case shape::signal_set: return signal_set(shown);
    case shape::fd_set: put_fds(shown); return;
    case shape::fd:
    case shape::dirfd: return descriptor(shown);
    case shape::process_id:
    case shape::process_group: return process(shown);
    case shape::cpu_set: bit_set(shown, shown.bytes().size() * 8); return;
    case shape::signal_info: {
        siginfo_t info{};
        if (!shown.bytes().empty())
            std::memcpy(&info, shown.bytes().data(), std::min(sizeof info, shown.bytes().size()));
        return signal_info(info, shown.find("si_pid"));
    }
    case shape::unix_path: {
        auto const name = shown.text();
        bool const abstract = !name.empty() && name[0] == 0;
        to_ += abstract ? "@" : "";
        return quote(abstract ? name.substr(1) : name.substr(0, name.find('\0')));
    }
    case shape::uuid: return put_uuid(to_, shown.bytes());
    case shape::bit_names: return bit_names(shown);
    case shape::inet6: return inet6(shown, {});
    case shape::inet4: return inet4(static_cast<std::uint32_t>(shown.number()), shown.text());
    case shape::interface_index: return interface_index(shown);
    case shape::known_name: return known_name(shown);
    case shape::hardware_address: return hardware_address(shown);
    case shape::ax25_address: return ax25_address(shown);
    default: return number(shown);
    }
}

// Appends the bytes, their meaning, or both, as the option `names` says.
template <class Meaning>
void value_writer::bytes_or(std::string_view raw, Meaning&& meaning)
{
    if (options_.names != constants::abbreviated)
        quote(raw, true);
    if (options_.names == constants::raw)
        return;
    to_ += options_.names == constants::verbose ? " /* " : "";
    meaning();
    to_ += options_.names == constants::verbose ? " */" : "";
}

// An address is shown as a call of inet_pton(3). For a field, the call has the field as its last argument.
void value_writer::inet6(value const& shown, std::string_view name)
{
    bool const short_form = options_.names == constants::abbreviated;
    if (!short_form && !name.empty()) {
        to_ += name;
        to_ += '=';
    }
    bytes_or(shown.text(), [&] {
        char address[INET6_ADDRSTRLEN] = "";
        if (shown.bytes().size() == 16)
            inet_ntop(AF_INET6, shown.bytes().data(), address, sizeof address);
        to_ += "inet_pton(AF_INET6, ";
        quote(address);
        if (short_form && !name.empty()) {
            to_ += ", &";
            to_ += name;
        }
        to_ += ')';
    });
}

void value_writer::inet4(std::uint32_t number, std::string_view raw)
{
    bytes_or(!raw.empty() ? raw : std::string_view{reinterpret_cast<char const*>(&number), sizeof number}, [&] {
        char address[INET_ADDRSTRLEN] = "";
        inet_ntop(AF_INET, &number, address, sizeof address);
        to_ += "inet_addr(";
        quote(address);
        to_ += ')';
    });
}

void value_writer::interface_index(value const& shown)
{
    auto const name = shown.text();
    bool const named = !name.empty() && options_.names != constants::raw;
    if (!named || options_.names == constants::verbose)
        put_number(to_, shown.number());
    if (!named)
        return;
    to_ += options_.names == constants::verbose ? " /* " : "";
    to_ += "if_nametoindex(";
    quote(name);
    to_ += options_.names == constants::verbose ? ") */" : ")";
}

void value_writer::known_name(value const& shown)
{
    auto const name = shown.text();
    if (!name.empty() && options_.names == constants::abbreviated) {
        to_ += name;
        return;
    }
    put_hex(to_, shown.number());
    if (options_.names != constants::raw)
        remark(name.empty() && shown.type().names ? shown.type().names->unknown : name);
}

void value_writer::hardware_address(value const& shown)
{
    bytes_or(shown.text(), [&] {
        bool first = true;
        for (auto const each : shown.bytes()) {
            to_ += std::exchange(first, false) ? "" : ":";
            put_padded(to_, std::to_integer<unsigned>(each), 2, 16);
        }
    });
}

// A call sign consists of capital letters and digits, padded with blanks, and the last
// byte has a number up to 15. Any other address is shown with its bytes, too. One with
// characters that could end a comment is shown only as bytes.
void value_writer::ax25_address(value const& shown)
{
    auto const raw = shown.bytes();
    if (raw.size() != 7)
        return quote(shown.text(), true);
    auto const call = raw.first(6);
    auto const last = std::to_integer<unsigned>(raw[6]);
    std::string letters;
    bool unusual = (last & ~0x1eu) != 0, ended = false, safe = true;
    for (auto const each : call) {
        auto const c = static_cast<char>(std::to_integer<unsigned>(each) >> 1);
        unusual = unusual || (std::to_integer<unsigned>(each) & 1) != 0 || (ended && c != ' ')
            || !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == ' ');
        safe = safe && c >= ' ' && c <= '~' && c != '*' && c != '/';
        ended = ended || c == ' ';
        letters += c;
    }
    letters.erase(letters.find_last_not_of(' ') + 1);
    unusual = unusual || (letters.empty() && last != 0);
    auto const names = !safe ? constants::raw : unusual ? constants::verbose : options_.names;
    if (names != constants::abbreviated) {
        to_ += "{ax25_call=";
        quote(shown.text(), true);
        to_ += '}';
    }
    if (names == constants::raw)
        return;
    letters += '-';
    put_number(letters, last >> 1 & 0xf);
    if (letters == "-0")
        letters = "*";
    if (names == constants::verbose)
        remark(letters);
    else
        to_ += letters;
}

void value_writer::bluetooth_number(abi::type const& as, std::uint64_t number)
{
    to_ += "htobs(";
    auto const* row = as.names ? as.names->find(number) : nullptr;
    abi::named_value const* range = nullptr;
    if (!row && as.of && as.of->names)
        for (auto const& each : as.of->names->all())
            if (number >= each.value && number <= each.mask)
                range = &each;
    bool const short_form = options_.names == constants::abbreviated && (row || range);
    if (!short_form)
        plain(as, number);
    if (as.names && options_.names != constants::raw) {
        to_ += short_form ? "" : " /* ";
        if (range && !short_form) {
            put_hex(to_, range->value);   // a comment inside a comment, as in strace
            remark(range->name);
        } else
            to_ += row ? row->name : range ? range->name : as.names->unknown;
        if (range) {
            to_ += '+';
            put_number(to_, number - range->value);
        }
        to_ += short_form ? "" : " */";
    }
    to_ += ')';
}

void value_writer::attribute_type(abi::type const& as, std::uint64_t number)
{
    constexpr std::uint64_t nested = 0x8000, net_byte_order = 0x4000;   // NLA_F_*
    auto const flag = [&](std::uint64_t bit, std::string_view name) {
        if ((number & bit) == 0)
            return;
        if (options_.names != constants::abbreviated)
            put_hex(to_, bit);
        if (options_.names == constants::verbose)
            remark(name);
        else if (options_.names == constants::abbreviated)
            to_ += name;
        to_ += '|';
    };
    flag(nested, "NLA_F_NESTED");
    flag(net_byte_order, "NLA_F_NET_BYTEORDER");
    named(as, number & 0x3fff);
}

void value_writer::named_bits(abi::type const& as, std::uint32_t number)
{
    bool const inverted = std::popcount(number) > 16;
    to_ += inverted ? "~[" : "[";
    auto const bits = inverted ? ~number : number;
    bool first = true;
    for (unsigned i = 0; i < 32; ++i)
        if (bits >> i & 1) {
            to_ += std::exchange(first, false) ? "" : " ";
            named(as, i);
        }
    to_ += ']';
}

// A bound that is 0 is no bound.
void value_writer::port_range(std::uint32_t number)
{
    put_hex(to_, number);
    auto const low = number & 0xffff, high = number >> 16;
    if (number == 0 || (low > high && low != 0 && high != 0) || options_.names == constants::raw)
        return;
    std::string range;
    if (low != 0)
        put_number(range, low);
    range += "..";
    if (high != 0)
        put_number(range, high);
    remark(range);
}

void value_writer::number(value const& shown)
{
    number(shown.type(), shown.number());
}

std::int64_t value_writer::sign_extended(abi::type const& as, std::uint64_t number) const noexcept
{
    auto const shift = 64 - 8 * abi::size_of(as.width, model_);
    return static_cast<std::int64_t>(number << shift) >> shift;
}

void value_writer::plain(abi::type const& as, std::uint64_t number)
{
    switch (as.style) {
    case style::decimal: return put_signed(to_, sign_extended(as, number));
    case style::unsigned_decimal: return put_number(to_, number);
    case style::hex: return put_hex(to_, number * as.unit);
    case style::octal:
        if (number != 0)
            to_ += '0';
        return put_number(to_, number, 8);
    }
}

void value_writer::number(abi::type const& as, std::uint64_t number)
{
    switch (as.shape) {
    case shape::integer:
    case shape::time: return plain(as, number);
    case shape::enumeration: return named(as, number);
    case shape::flags: return flags(as, number);
    case shape::address:
        if (number == 0)
            to_ += "NULL";
        else
            put_hex(to_, number);
        return;
    case shape::clock_ticks: {
        number = static_cast<std::uint64_t>(sign_extended(as, number));
        put_number(to_, number);
        std::string seconds;
        put_ticks(seconds, number);
        return number != 0 && options_.names != constants::raw ? remark(seconds) : void();
    }
    case shape::packed: return packed(as, number);
    case shape::error:
    case shape::kernel_result: return error(as, number);
    case shape::offset: return offset(as, number);
    case shape::call_number: return call_number(as, number);
    case shape::fd:
    case shape::process_id:
    case shape::process_group: return put_signed(to_, static_cast<std::int32_t>(number));
    case shape::dirfd:
        if (static_cast<std::int32_t>(number) == -100)
            return constant("AT_FDCWD", [&] { to_ += "-100"; });
        return put_signed(to_, static_cast<std::int32_t>(number));
    case shape::user_id:
        if (number == (as.width == abi::width::u16 ? 0xffff : 0xffffffff))
            to_ += "-1";
        else
            put_number(to_, number);
        return;
    case shape::permissions: return permissions(number);
    case shape::file_mode: return file_mode(number);
    case shape::device: return device(number);
    case shape::signal: return number >> 31 != 0 && as.width != abi::width::u32 ? put_number(to_, number) : signal(number);
    case shape::clock: return clock(static_cast<std::int32_t>(number));
    case shape::ioctl_request: return request(as, static_cast<std::uint32_t>(number));
    case shape::port: {
        auto const raw = static_cast<std::uint16_t>(number);
        return bytes_or({reinterpret_cast<char const*>(&raw), sizeof raw}, [&] {
            to_ += "htons(";
            put_number(to_, ntohs(raw));
            to_ += ')';
        });
    }
    case shape::net_enumeration: {
        auto const raw = static_cast<std::uint16_t>(number);
        if (as.text.hex)
            return bytes_or({reinterpret_cast<char const*>(&raw), sizeof raw}, [&] {
                auto const* row = as.names->find(ntohs(raw));
                to_ += "htons(";
                if (row)
                    to_ += row->name;
                else {
                    put_hex(to_, ntohs(raw));
                    remark(as.names->unknown);
                }
                to_ += ')';
            });
        to_ += "htons(";
        named(as, ntohs(raw));
        to_ += ')';
        return;
    }
    case shape::net32: {
        auto const raw = static_cast<std::uint32_t>(number);
        auto const call = [&] {
            to_ += "htonl(";
            plain(as, ntohl(raw));
            to_ += ')';
        };
        // strace shows the bytes only for the flow label of an IPv6 address.
        return as.style == style::hex ? call() : bytes_or({reinterpret_cast<char const*>(&raw), sizeof raw}, call);
    }
    case shape::net64:
        to_ += "htobe64(";
        put_number(to_, be64toh(number));
        to_ += ')';
        return;
    case shape::inet4: return inet4(static_cast<std::uint32_t>(number));
    case shape::bluetooth_number: return bluetooth_number(as, number);
    case shape::attribute_type: return attribute_type(as, number);
    case shape::named_bits: return named_bits(as, static_cast<std::uint32_t>(number));
    case shape::port_range: return port_range(static_cast<std::uint32_t>(number));
    case shape::two_bytes:
        named(as, number >> 8 & 0xff);
        to_ += "<<8|";
        return this->number(*as.of, number & 0xff);
    case shape::padded_hex: {
        // For NETLINK_DIAG_GROUPS, the prefix does not count as two digits.
        auto const digits = std::size_t{2} * abi::size_of(as.width, model_) + (as.text.hex ? 2 : 0);
        to_ += number != 0 ? "0x" : "";
        return put_padded(to_, number, digits - (number != 0 ? 2 : 0), 16);
    }
    case shape::character: return abi::spell_character(to_, static_cast<unsigned char>(number));
    case shape::resource_limit: return limit(as, number);
    case shape::spelled: {
        bool const always = as.style == style::decimal;
        return as.custom.spell(to_, as, number, always || options_.names == constants::abbreviated ? abi::spelling::name
                                     : options_.names == constants::raw ? abi::spelling::number : abi::spelling::both);
    }
    case shape::wake_operation: return wake_operation(static_cast<std::uint32_t>(number));
    case shape::wait_status: return wait_status(static_cast<std::uint32_t>(number));
    default:   // memory that was not read
        if (number != 0)
            return put_hex(to_, number);
        to_ += "NULL";
    }
}

void value_writer::named(abi::type const& as, std::uint64_t number)
{
    auto const* row = name_of(as, number);
    if (row && as.text.number_too) {
        plain(as, number);
        return options_.names != constants::raw || as.text.always_remarked ? remark(row->name) : void();
    }
    if (row)
        return constant(row->name, [&] { plain(as, number); });
    plain(as, number);
    if ((options_.names != constants::raw || as.text.always_remarked) && as.names && !as.names->unknown.empty())
        remark(as.names->unknown);
}

// Writes the slices that are not 0 or are always shown.
void value_writer::slices(abi::type const& as, std::uint64_t whole)
{
    auto const all = std::span{as.slices, as.count};
    bool const called = !as.text.macro.empty();
    if (called) {
        to_ += as.text.macro;
        to_ += '(';
    }
    bool first = true;
    for (auto const& each : all) {
        auto const bits = (whole & each.mask) >> each.shift;
        bool const alone = first && &each == &all.back();
        if (bits == 0 && !each.always && !alone)
            continue;
        // strace writes the separator before this slice only if the first slice has a name.
        bool const glued = each.after_names && options_.names != constants::raw && (whole & all[0].mask) != 0 && !any_name(*all[0].as, whole & all[0].mask);
        if (!first && !glued)
            to_ += called ? ", " : as.text.sum ? "+" : "|";
        first = false;
        // With raw numbers, an empty set that has a name is left out.
        bool const empty_set = bits == 0 && options_.names == constants::raw && each.as->shape == shape::flags && each.as->names->find(0);
        if (!empty_set)
            number(*each.as, bits);
        if (!each.behind.empty()) {
            to_ += "<<";
            bool const is_number = each.behind[0] >= '0' && each.behind[0] <= '9';
            auto const shift = [&] { each.as->style == style::hex ? put_hex(to_, each.shift) : put_number(to_, each.shift); };
            is_number ? void(to_ += each.behind) : constant(each.behind, shift);
        }
    }
    to_ += called ? ")" : "";
}

bool value_writer::any_name(abi::type const& as, std::uint64_t number)
{
    bool any = false;
    take_names(*as.names, number, [&](std::string_view) { any = true; });
    return any;
}

// A number that is annotated as a whole is followed by a comment with its parts.
void value_writer::packed(abi::type const& as, std::uint64_t whole)
{
    if (as.text.annotated == abi::annotation::each || options_.names == constants::abbreviated)
        return slices(as, whole);
    plain(as, whole);
    if (options_.names == constants::raw)
        return;
    to_ += " /* ";
    as.text.annotated == abi::annotation::nested ? slices(as, whole) : packed_names(as, whole);
    to_ += " */";
}

void value_writer::packed_names(abi::type const& as, std::uint64_t whole)
{
    auto short_names = options_;
    short_names.names = constants::abbreviated;
    value_writer{short_names, model_, to_}.slices(as, whole);
}

void value_writer::request(abi::type const& as, std::uint32_t number)
{
    static constexpr abi::name_table none{};
    auto const& names = as.names ? *as.names : none;
    if (options_.names == constants::abbreviated) {
        to_ += abi::request_text(names, number, true);
        return;
    }
    put_hex(to_, number);
    if (options_.names == constants::verbose)
        remark(abi::request_text(names, number, false));
}

// Appends the names of the flags in `rest`, and clears their bits. Returns whether there was a name.
bool value_writer::set_names(abi::name_table const& names, std::uint64_t& rest)
{
    bool any = false;
    take_names(names, rest, [&](std::string_view name) {
        if (any)
            to_ += '|';
        to_ += name;
        any = true;
    });
    return any;
}

void value_writer::flags(abi::type const& as, std::uint64_t number)
{
    auto const& names = *as.names;
    auto const* none = number == 0 ? names.find(0) : nullptr;
    if (none && none->name.empty())
        return;
    if (options_.names == constants::raw)
        return put_hex(to_, number);
    if (none && none->mask == 0)
        return constant(none->name, [&] { to_ += '0'; });
    auto const put_names = [&] {
        auto rest = number;
        bool const any = set_names(names, rest);
        if (any && rest != 0) {
            to_ += '|';
            put_hex(to_, rest);
        }
        return any;
    };
    bool const both = options_.names == constants::verbose || as.text.number_too;
    auto const start = to_.size();
    if (both) {
        put_hex(to_, number);
        to_ += " /* ";
    }
    if (put_names()) {
        to_ += both ? " */" : "";
        return;
    }
    to_.resize(start);
    put_hex(to_, number);
    if (number != 0 && !names.unknown.empty())
        remark(names.unknown);
}

void value_writer::pointer(value const& shown, std::optional<value> before)
{
    auto const target = shown.target();
    if (shown.number() == 0) {
        to_ += "NULL";
        if (target && target->parts().empty() && !shown.type().text.counted.empty() && target->state() != value_state::complete)
            remark("0 " + std::string{shown.type().text.counted});
        return;
    }
    auto const earlier = before && before->shape() == shape::pointer ? before->target() : std::nullopt;
    // strace does not show the new elements of an array if the array could not be read as a whole at entry.
    bool const part = earlier && earlier->shape() == shape::array
        && (earlier->parts().empty() || earlier->state() == value_state::unreadable);
    if (part && shown.type().way == abi::direction::changed && shown.type().failed)
        return write(*earlier);
    if (!target) {
        if (earlier && shown.type().way == abi::direction::changed && shown.type().failed) {
            write(*earlier);
            to_ += " => ";
        }
        put_hex(to_, shown.number());
        return;
    }
    auto const counted = shown.type().text.counted;
    if (!counted.empty() && target->state() != value_state::complete && target->parts().empty()) {
        put_hex(to_, shown.number());
        to_ += " /* ";
        put_number(to_, target->number());
        to_ += ' ';
        bool const whole = target->state() == value_state::cut;
        to_ += target->number() == 1 && counted == "vars" ? "var" : counted;
        to_ += whole ? " */" : ", unterminated */";
        return;
    }
    bool const brackets = abi::traits_of(target->shape()).alone && !shown.type().text.bare;
    if (before && target->type().shape == shape::structure && target->parts().empty())
        return earlier ? write(*earlier) : put_hex(to_, shown.number());   // empty: the call wrote nothing to show
    bool const differs = shown.type().way == abi::direction::changed && earlier
        && (shown.type().text.always_changed || shown.type().after || !(*earlier == *target));
    bool const apart = differs && !abi::traits_of(earlier->shape()).alone;   // only the second value has brackets
    if (brackets && !apart)
        to_ += '[';
    if (differs) {
        write(*earlier);
        to_ += " => ";
    }
    if (brackets && apart)
        to_ += '[';
    auto const outer = std::exchange(completing_, shown.type().way == abi::direction::inout && shown.type().after && earlier);
    write(*target, earlier);
    completing_ = outer;
    if (target->shape() == shape::time)   // a time of 32 bits is unsigned, and ends in 2106
        moment(static_cast<std::int64_t>(target->number()), 0, 9);
    if (brackets)
        to_ += ']';
    if (shown.type().text.located) {
        std::string address;
        put_hex(address, shown.number());
        remark(address);
    }
}

// Writes the bytes after the known fields of a structure that has grown.
void value_writer::more_bytes(value const& shown, std::uint64_t known)
{
    if (shown.state() == value_state::unreadable) {
        to_ += "???";
        return;
    }
    to_ += "/* bytes ";
    put_number(to_, known);
    to_ += "..";
    put_number(to_, known + shown.number() - 1);
    to_ += " */ ";
    text(shown);
}

void value_writer::extra_data(value const& shown)
{
    to_ += "extra_data=";
    text(shown);
    std::string range{"bytes "};
    put_number(range, shown.number() - shown.bytes().size());
    range += "..";
    put_number(range, shown.number() - 1);
    remark(range);
}

void value_writer::text(value const& shown)
{
    // If the whole text is in hexadecimal, its null byte is shown, too.
    auto text = shown.text();
    bool const may_end = shown.type().unlimited && shown.shape() == shape::bytes;
    bool const without_end = may_end && shown.state() == value_state::complete && shown.number() > text.size();
    if (without_end && all_in_hex({"", 1})) {
        quote(std::string{text} + '\0', true);
        to_ += "...";   // strace treats the text as cut
        return;
    }
    bool const ended = may_end && !without_end && !text.empty() && text.back() == '\0' && !all_in_hex(text);
    text.remove_suffix(ended ? 1 : 0);
    quote(text, shown.type().text.hex);
    if (shown.state() == value_state::cut && !ended)
        to_ += "...";
}

void value_writer::array(value const& shown, std::optional<value> before)
{
    to_ += '[';
    bool first = true;
    std::uint64_t index = 0;
    auto const all_before = before && before->shape() == shape::array ? before->parts() : shown.parts();
    auto earlier = all_before.begin();
    for (auto const each : shown.parts()) {
        if (!first)
            to_ += ", ";
        first = false;
        if (shown.type().names) {
            to_ += '[';
            named({.width = abi::width::u32, .style = style::unsigned_decimal, .names = shown.type().names}, index++);
            to_ += "]=";
        }
        bool const was = before && earlier != all_before.end();
        write(each, was ? std::optional{*earlier} : std::nullopt);
        if (was)
            ++earlier;
    }
    if (shown.state() != value_state::complete)
        to_ += first ? "..." : ", ...";
    if (shown.state() == value_state::unreadable) {
        to_ += " /* ";
        put_hex(to_, shown.number());
        to_ += " */";
    }
    to_ += ']';
}

// Writes a special value of utimensat(2) in place of nanoseconds: UTIME_NOW or UTIME_OMIT.
bool value_writer::special_time(value const& shown)
{
    auto const nanoseconds = shown.find("tv_nsec");
    if (!nanoseconds || nanoseconds->number() >> 1 != 0x1fffffff)
        return false;
    constant(nanoseconds->number() & 1 ? "UTIME_NOW" : "UTIME_OMIT", [&] { fields(shown, {}); });
    return true;
}

void value_writer::structure(value const& shown, std::optional<value> before)
{
    auto const digits = shown.type().text.date_digits;
    if (digits != 0 && special_time(shown))
        return;
    if (shown.state() == value_state::unreadable) {
        to_ += "???";
        return;
    }
    fields(shown, before);
    if (digits != 0 && shown.parts().size() >= 2)
        moment((*shown.parts().begin()).integer(model_), (*++shown.parts().begin()).number(), digits);
}

void value_writer::fields(value const& shown, std::optional<value> before)
{
    auto const& macro = shown.type().text.macro;
    to_ += macro;
    to_ += macro.empty() ? '{' : '(';
    bool first = true;
    auto const separate = [&] {
        if (!first)
            to_ += ", ";
        first = false;
    };
    abi::field const* part = shown.type().fields;
    auto const* end = part + shown.type().count;
    for (auto const each : shown.parts()) {
        // A field that is not shown has no value, so the search in the type continues at the last field.
        auto const* const known = std::find_if(part, end, [&](auto const& row) { return row.name == each.name(); });
        part = known != end ? known : part;
        auto const when = known != end ? known->when : abi::shown::always;
        if (when == abi::shown::exit)
            continue;
        if (when == abi::shown::nonzero && is_zero(each))
            continue;
        if (when == abi::shown::together && all_together_zero(shown))
            continue;
        if (auto const was = when == abi::shown::filled_in && before ? before->find(each.name()) : std::nullopt; was && was->number() != 0)
            continue;
        if (each.type().text.surplus && each.shape() == shape::integer) {
            std::string note{each.name()};
            note += ": ";
            put_hex(note, each.number());
            remark(note);
            continue;
        }
        separate();
        if (each.type().text.surplus) {
            // strace shows extra bytes of bpf(2) in a different form.
            each.name() == "extra_data" ? extra_data(each) : more_bytes(each, shown.type().size_in(model_));
            continue;
        }
        if (each.shape() == shape::nothing) {
            to_ += "...";
            continue;
        }
        if (each.shape() == shape::inet6) {
            inet6(each, each.name());
            continue;
        }
        if (macro.empty() && !each.name().empty() && when != abi::shown::unnamed) {
            to_ += each.name();
            to_ += '=';
        }
        auto const earlier = before ? before->find(each.name()) : std::nullopt;
        bool const restated = when == abi::shown::restated;
        if (earlier && (when == abi::shown::replaced || ((when == abi::shown::changed || restated) && !(*earlier == each)))) {
            write(*earlier);
            to_ += " => ";
            if (restated) {
                to_ += each.name();
                to_ += '=';
            }
        }
        bool const stays = completing_ && earlier && &earlier->type() == &each.type() && (when == abi::shown::always || when == abi::shown::verbose);
        stays ? write(*earlier) : write(each, earlier);
        if (each.shape() == shape::time) {
            auto const fraction = shown.find(std::string{each.name()} + "_nsec");
            moment(each.integer(model_), fraction ? fraction->number() : 0, 9);
        }
    }
    if (shown.state() == value_state::cut) {
        separate();
        to_ += "...";
    }
    to_ += macro.empty() ? '}' : ')';
}

void value_writer::permissions(std::uint64_t bits)
{
    // The format is printf's %#03o: the prefix counts as a digit.
    auto const before = to_.size();
    if (bits != 0)
        to_ += '0';
    put_number(to_, bits, 8);
    auto const had = to_.size() - before;
    if (had < 3)
        to_.insert(before, 3 - had, '0');
}

void value_writer::file_mode(std::uint64_t bits)
{
    std::string name;
    auto const type = file_type_name(bits);
    // A mode without a type is shown as a number.
    if (type.empty() && (bits & ~std::uint64_t{07777}) != 0)
        return permissions(bits);
    auto rest = bits;
    if (!type.empty()) {
        name += type;
        name += '|';
        rest &= ~std::uint64_t{S_IFMT};
    }
    constexpr std::pair<unsigned, std::string_view> marks[] = {
        {S_ISUID, "S_ISUID|"}, {S_ISGID, "S_ISGID|"}, {S_ISVTX, "S_ISVTX|"}};
    for (auto const& [bit, mark] : marks)
        if (rest & bit) {
            name += mark;
            rest &= ~std::uint64_t{bit};
        }
    value_writer{options_, model_, name}.permissions(rest);
    constant(name, [&] { permissions(bits); });
}

void value_writer::device(std::uint64_t number)
{
    std::string made{"makedev("};
    put_hex(made, device_major(number));
    made += ", ";
    put_hex(made, device_minor(number));
    made += ')';
    constant(made, [&] { put_hex(to_, number); });
}

void value_writer::signal(std::uint64_t number)
{
    put_signal(to_, static_cast<std::int32_t>(number), options_.names);
}

// Writes an errno, or a result of the kernel as -EFAULT.
void value_writer::error(abi::type const& as, std::uint64_t number)
{
    bool const result = as.shape != shape::error;
    auto const whole = abi::size_of(as.width, model_) == 8 ? static_cast<std::int64_t>(number) : static_cast<std::int32_t>(number);
    auto const name = result && whole >= 0 ? std::string_view{} : abi::errno_name(static_cast<std::int32_t>(result ? -whole : whole));
    auto const put = [&] { result ? put_signed(to_, whole) : put_number(to_, number); };
    constant(name.empty() ? std::string{} : (result ? "-" : "") + std::string{name}, put);
}

void value_writer::offset(abi::type const& as, std::uint64_t number)
{
    auto const put = [&] { number != 0 ? put_hex(to_, number) : void(to_ += "NULL"); };
    auto const all = as.names->all();
    auto const* row = all.data();
    for (auto const& each : all)
        if (each.value <= number)
            row = &each;
    // The last row is the end of the structure.
    if (row == &all.back() && row->value != number)
        return put();
    std::string name{row->name};
    if (number != row->value)
        name += '+' + std::to_string(number - row->value);
    constant(name, put);
}

// strace writes only the name for calls of its own interface, and number and name for other calls.
void value_writer::call_number(abi::type const& as, std::uint64_t number)
{
    auto const interface = as.interface;
    auto const* known = abi::find(interface, number);
    auto const put = [&] { put_number(to_, number); };
    if (!known)
        return put();
    if (interface == abi::arch::x86_64 && model_ == abi::data_model::lp64)
        return constant("__NR_" + std::string{known->name}, put);
    put();
    if (options_.names != constants::raw)
        remark(known->name);
}

void value_writer::clock(std::int32_t id)
{
    auto const name = clock_name(id);
    constant(name, [&] { put_hex(to_, static_cast<std::uint32_t>(id)); });
    if (name.empty() && options_.names != constants::raw)
        remark("CLOCK_???");
}

// Most limits are sizes of memory: a multiple of 1024 is shown as a product.
void value_writer::limit(abi::type const& as, std::uint64_t number)
{
    bool const wide = abi::size_of(as.width, model_) == 8;
    std::string spelled;
    if (number == (wide ? ~std::uint64_t{0} : 0xffffffff))
        spelled = wide ? "RLIM64_INFINITY" : "RLIM_INFINITY";
    else if (number > 1024 && number % 1024 == 0)
        spelled = std::to_string(number / 1024) + "*1024";
    constant(spelled, [&] { put_number(to_, number); });
}

// See futex(2), FUTEX_WAKE_OP.
void value_writer::wake_operation(std::uint32_t packed)
{
    constexpr std::string_view operations[] = {"SET", "ADD", "OR", "ANDN", "XOR"};
    constexpr std::string_view comparisons[] = {"EQ", "NE", "LT", "LE", "GT", "GE"};
    // In raw text, the comment has only the prefix.
    auto const word = [&](std::string_view prefix, std::span<std::string_view const> names, std::uint32_t which, std::string_view shift) {
        auto const name = which < names.size() ? std::string{prefix}.append(names[which]) : std::string{};
        constant(name, [&] { put_hex(to_, which); });
        to_ += shift;
        if (name.empty() || options_.names == constants::raw)
            remark(std::string{prefix} + "???");
        to_ += '|';
    };
    if (packed >> 31) {
        constant("FUTEX_OP_OPARG_SHIFT", [&] { to_ += "0x8"; });
        to_ += "<<28|";
    }
    word("FUTEX_OP_", operations, packed >> 28 & 7, "<<28");
    put_hex(to_, packed >> 12 & 0xfff);
    to_ += "<<12|";
    word("FUTEX_OP_CMP_", comparisons, packed >> 24 & 15, "<<24");
    put_hex(to_, packed & 0xfff);
}

// See wait(2). The event that ptrace(2) reports in the upper half follows the status.
void value_writer::wait_status(std::uint32_t status)
{
    auto const number = static_cast<int>(status);
    std::uint32_t shown_bits = 0;
    if (WIFSTOPPED(number)) {
        auto const sig = WSTOPSIG(number);
        to_ += "{WIFSTOPPED(s) && WSTOPSIG(s) == ";
        put_signal(to_, sig & 0x7f);
        to_ += sig & 0x80 ? " | 0x80}" : "}";
        shown_bits = 0xffff;
    } else if (WIFSIGNALED(number)) {
        to_ += "{WIFSIGNALED(s) && WTERMSIG(s) == ";
        put_signal(to_, WTERMSIG(number));
        to_ += WCOREDUMP(number) ? " && WCOREDUMP(s)}" : "}";
        shown_bits = 0xff;
    } else if (WIFEXITED(number)) {
        to_ += "{WIFEXITED(s) && WEXITSTATUS(s) == ";
        put_signed(to_, WEXITSTATUS(number));
        to_ += '}';
        shown_bits = 0xff00;
    } else if (WIFCONTINUED(number)) {
        to_ += "{WIFCONTINUED(s)}";
        shown_bits = 0xffff;
    } else
        return put_hex(to_, status);
    auto const rest = status & ~shown_bits;
    if (auto const event = rest >> 16) {
        to_ += '|';
        named(event_type, event);
        to_ += "<<16";
    }
    if ((rest & 0xffff) != 0) {
        to_ += '|';
        put_hex(to_, rest & 0xffff);
    }
}

// A set of at least two thirds of all signals is shown as the signals that are not in it.
void value_writer::signal_set(value const& shown)
{
    auto const raw = shown.bytes();
    std::uint64_t set = 0;
    if (!raw.empty())
        std::memcpy(&set, raw.data(), std::min<std::size_t>(raw.size(), 8));
    bool const inverted = static_cast<std::size_t>(std::popcount(set)) >= raw.size() * 8 * 2 / 3 && set != 0;
    if (inverted)
        set = ~set;
    to_ += inverted ? "~[" : "[";
    bool first = true;
    for (unsigned i = 0; i < raw.size() * 8 && i < 64; ++i) {
        if (!(set >> i & 1))
            continue;
        if (!first)
            to_ += ' ';
        first = false;
        constant(abi::short_signal_name(static_cast<int>(i + 1)), [&] { put_number(to_, i + 1); });
    }
    to_ += ']';
}

// File descriptors with a description are parts of the set.
std::size_t value_writer::put_fds(value const& shown, std::size_t most)
{
    if (shown.parts().empty())
        return bit_set(shown, shown.number(), most);
    to_ += '[';
    std::size_t found = 0;
    for (auto const each : shown.parts()) {
        if (found == most)
            break;
        if (found++ != 0)
            to_ += ' ';
        descriptor(each);
    }
    to_ += ']';
    return found;
}

std::size_t value_writer::bit_set(value const& shown, std::size_t bits, std::size_t most)
{
    auto const raw = shown.bytes();
    to_ += '[';
    std::size_t found = 0;
    for (std::size_t i = 0; i < bits && i / 8 < raw.size() && found < most; ++i) {
        if (!(static_cast<unsigned>(raw[i / 8]) >> i % 8 & 1))
            continue;
        if (found++ != 0)
            to_ += ' ';
        put_number(to_, i);
    }
    if (shown.state() == value_state::cut)
        to_ += found != 0 ? " ..." : "...";
    to_ += ']';
    return found;
}

// Writes the names of a few bits, and without -X abbrev also the words.
void value_writer::bit_names(value const& shown)
{
    constexpr std::size_t most = 4;   // without -v
    auto const raw = shown.bytes();
    abi::type const bit = {.shape = shape::enumeration, .style = style::hex, .names = shown.type().names};
    if (options_.names != constants::raw) {
        std::size_t found = 0;
        to_ += '[';
        for (std::uint64_t i = 0; i < shown.number() && i / 8 < raw.size(); ++i) {
            if (!(std::to_integer<unsigned>(raw[i / 8]) >> i % 8 & 1))
                continue;
            to_ += found != 0 ? " " : "";
            if (found == most && !options_.verbose) {
                to_ += "...";
                break;
            }
            ++found;
            named(bit, i);
        }
        to_ += ']';
    }
    if (options_.names == constants::abbreviated)
        return;
    to_ += options_.names == constants::verbose ? " /* [" : "[";
    auto const word = abi::size_of(abi::width::word, model_);
    for (std::size_t at = 0; at + word <= raw.size(); at += word) {
        std::uint64_t number = 0;
        std::memcpy(&number, raw.data() + at, word);
        to_ += at != 0 ? ", " : "";
        put_hex(to_, number);
    }
    to_ += options_.names == constants::verbose ? "] */" : "]";
}

// Writes the number in the base of its type, and its meaning in parentheses.
void value_writer::write_returned(abi::type const& as, std::int64_t number)
{
    auto const raw = static_cast<std::uint64_t>(number);
    auto const put = [&] {
        if (as.style == style::hex || as.style == style::octal)
            plain(as, raw);
        else if (as.style == style::unsigned_decimal)
            put_number(to_, raw);
        else
            put_signed(to_, number);
    };
    auto const means = [&](auto write) {
        to_ += " (";
        auto const before = to_.size();
        write();
        to_.size() == before ? to_.resize(before - 2) : void(to_ += ')');
    };
    switch (as.shape) {
    case shape::address: return put_hex(to_, raw);
    case shape::flags: return returned_flags(as, raw);
    case shape::enumeration:
        put();
        if (auto const* row = as.names->find(raw))
            means([&] { to_ += row->name; });
        return;
    case shape::signal:
        put_signed(to_, number);
        return means([&] { to_ += abi::signal_name(static_cast<int>(number)); });
    case shape::time:
        put_number(to_, raw);
        return means([&] { number != 0 && put_time(to_, number); });
    case shape::packed:
        put();
        // A number that is annotated as a whole has no parts in raw text, nor if its first slice is 0 and not always shown.
        if (as.text.annotated == abi::annotation::each)
            return means([&] { slices(as, raw); });
        if (options_.names != constants::raw && (as.slices[0].always || (raw & as.slices[0].mask) != 0))
            means([&] { as.text.annotated == abi::annotation::nested ? slices(as, raw) : packed_names(as, raw); });
        return;
    case shape::integer: return put();
    case shape::permissions: return permissions(raw);
    default: return put_signed(to_, number);
    }
}

// Flags without a word before them are always shown with their names.
void value_writer::returned_flags(abi::type const& as, std::uint64_t number)
{
    put_hex(to_, number);
    auto const* none = number == 0 ? as.names->find(0) : nullptr;
    if ((number == 0 && !none) || (as.text.prefix.empty() && options_.names == constants::raw))
        return;
    to_ += " (";
    to_ += as.text.prefix;
    auto asked = options_;
    if (as.text.prefix.empty() || as.text.annotated == abi::annotation::whole)
        asked.names = constants::abbreviated;
    auto const before = to_.size();
    value_writer{asked, model_, to_}.flags(as, number);
    // Flags without names are left out, unless they have a word before them.
    if (as.text.prefix.empty() && to_.compare(before, 2, "0x") == 0)
        return to_.resize(before - 2);
    to_ += ')';
}

void append_quoted(std::string_view text, text_options const& options, std::string& to)
{
    value_writer{options, abi::data_model::lp64, to}.quote(text);
}

void append_text(value const& shown, abi::arch interface, text_options const& options, std::string& to)
{
    value_writer{options, abi::model_of(interface), to}.write(shown);
}

std::string text(value const& shown, abi::arch interface, text_options const& options)
{
    std::string made;
    append_text(shown, interface, options, made);
    return made;
}

} // namespace cotrace::render
