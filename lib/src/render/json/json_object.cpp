// SPDX-License-Identifier: BSL-1.0
// Writes JSON text directly, without the value types of Boost.JSON: the values of a record exist already and are
// written only once, and building a tree of JSON values from them would take most of the time. Tests parse the output
// with Boost.JSON.
#include "render/json/json_object.hpp"

#include "render/numbers.hpp"

#include <cotrace/uapi/signals.hpp>

#include <algorithm>
#include <cstddef>
#include <span>

namespace cotrace::render {
namespace {

constexpr std::uint64_t largest_double = (std::uint64_t{1} << 53) - 1;   // JavaScript's Number.MAX_SAFE_INTEGER

/// The length of the UTF-8 sequence at the start of `text`, or 0 if there is no valid
/// sequence. RFC 3629 excludes surrogates and overlong forms.
std::size_t sequence_length(std::string_view text) noexcept
{
    auto const at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const lead = at(0);
    if (lead < 0x80)
        return 1;
    std::size_t const length = lead >= 0xc2 && lead <= 0xdf   ? 2
                               : (lead & 0xf0) == 0xe0        ? 3
                               : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                              : 0;
    if (length == 0 || text.size() < length)
        return 0;
    unsigned char const low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned char const high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (at(1) < low || at(1) > high)
        return 0;
    for (std::size_t i = 2; i < length; ++i)
        if ((at(i) & 0xc0) != 0x80)
            return 0;
    return length;
}

bool is_utf8(std::string_view text) noexcept
{
    while (!text.empty()) {
        auto const length = sequence_length(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

// Whether `c` is an ASCII character that needs no escape in a JSON string.
constexpr bool is_plain(unsigned char c) noexcept { return c >= 0x20 && c < 0x80 && c != '"' && c != '\\'; }

void put_escaped(std::string& to, unsigned char c)
{
    to += '\\';
    switch (c) {
    case '"':
    case '\\': to += static_cast<char>(c); return;
    case '\n': to += 'n'; return;
    case '\r': to += 'r'; return;
    case '\t': to += 't'; return;
    default: to += 'u'; put_padded(to, c, 4, 16);
    }
}

void put_base64(std::string& to, std::span<std::byte const> raw)
{
    constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    to += '"';
    for (; !raw.empty(); raw = raw.subspan(std::min<std::size_t>(raw.size(), 3))) {
        std::uint32_t three = 0;
        for (std::size_t i = 0; i < 3; ++i)
            three = three << 8 | (i < raw.size() ? std::to_integer<std::uint32_t>(raw[i]) : 0);
        to += digits[three >> 18];
        to += digits[three >> 12 & 63];
        to += raw.size() > 1 ? digits[three >> 6 & 63] : '=';
        to += raw.size() > 2 ? digits[three & 63] : '=';
    }
    to += '"';
}

}   // namespace

void put_json_string(std::string& to, std::string_view text)
{
    to += '"';
    while (!text.empty()) {
        auto const* const special =
            std::find_if_not(text.begin(), text.end(), [](char c) { return is_plain(static_cast<unsigned char>(c)); });
        auto const plain = static_cast<std::size_t>(special - text.begin());
        to += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty())
            break;
        auto const length = sequence_length(text);
        if (length == 0)
            to += "\xef\xbf\xbd";
        else if (length == 1 && !is_plain(static_cast<unsigned char>(text[0])))
            put_escaped(to, static_cast<unsigned char>(text[0]));
        else
            to += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    to += '"';
}

void put_json_integer(std::string& to, std::int64_t number)
{
    bool const safe = number <= static_cast<std::int64_t>(largest_double) && number >= -static_cast<std::int64_t>(largest_double);
    if (safe)
        put_signed(to, number);
    else
        put_json_nanoseconds(to, number);
}

void put_json_unsigned(std::string& to, std::uint64_t number)
{
    auto const* const quote = number > largest_double ? "\"" : "";
    to += quote;
    put_number(to, number);
    to += quote;
}

void put_json_nanoseconds(std::string& to, std::int64_t number)
{
    to += '"';
    put_signed(to, number);
    to += '"';
}

void put_json_address(std::string& to, std::uint64_t at)
{
    if (at == 0) {
        to += "null";
        return;
    }
    to += '"';
    put_hex(to, at);
    to += '"';
}

void put_json_constant(std::string& to, std::int64_t number, std::string_view name)
{
    json_object constant{to};
    put_json_integer(constant.member("value"), number);
    auto& into = constant.member("name");
    if (name.empty())
        into += "null";
    else
        put_json_string(into, name);
    constant.close();
}

void put_json_signal(std::string& to, int number) { put_json_constant(to, number, uapi::signal_name(number)); }

void put_json_boolean(std::string& to, bool holds) { to += holds ? "true" : "false"; }

void put_json_bytes(json_object& into, std::string_view text)
{
    if (is_utf8(text))
        put_json_string(into.member("text"), text);
    else
        put_base64(into.member("base64"), std::as_bytes(std::span{text}));
}

}   // namespace cotrace::render
