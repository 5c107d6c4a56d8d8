// SPDX-License-Identifier: BSL-1.0
#include "render/json/json_writer.hpp"

#include <cotrace/uapi/signals.hpp>

#include <rapidjson/memorystream.h>

#include <algorithm>
#include <charconv>
#include <span>

namespace cotrace::render {
namespace {

/// The length of the UTF-8 sequence at the start of `text`, or 0 if there is no valid sequence.
std::size_t sequence_length(std::string_view text) noexcept
{
    rapidjson::MemoryStream bytes{text.data(), text.size()};
    unsigned code_point = 0;
    return rapidjson::UTF8<>::Decode(bytes, &code_point) ? bytes.Tell() : 0;
}

/// The number of bytes at the start of `text` that are UTF-8.
std::size_t utf8_length(std::string_view text) noexcept
{
    std::size_t done = 0;
    while (done < text.size()) {
        bool const is_ascii = static_cast<unsigned char>(text[done]) < 0x80;
        auto const length = is_ascii ? 1 : sequence_length(text.substr(done));
        if (length == 0)
            break;
        done += length;
    }
    return done;
}

/// Whether `rest` may be the first bytes of a character that was cut.
bool may_be_cut(std::string_view rest) noexcept
{
    auto const lead = static_cast<unsigned char>(rest.front());
    std::size_t const length = lead > 0xf4 ? 0 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    return rest.size() < length && std::ranges::all_of(rest.substr(1), [](char c) { return (c & 0xc0) == 0x80; });
}

std::string base64(std::span<std::byte const> raw)
{
    constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string made;
    made.reserve((raw.size() + 2) / 3 * 4);
    for (; !raw.empty(); raw = raw.subspan(std::min<std::size_t>(raw.size(), 3))) {
        std::uint32_t three = 0;
        for (std::size_t i = 0; i < 3; ++i)
            three = three << 8 | (i < raw.size() ? std::to_integer<std::uint32_t>(raw[i]) : 0);
        made += digits[three >> 18];
        made += digits[three >> 12 & 63];
        made += raw.size() > 1 ? digits[three >> 6 & 63] : '=';
        made += raw.size() > 2 ? digits[three & 63] : '=';
    }
    return made;
}

}   // namespace

void append_utf8(std::string_view text, std::string& to)
{
    while (!text.empty()) {
        auto const valid = utf8_length(text);
        to += text.substr(0, valid);
        text.remove_prefix(valid);
        if (text.empty())
            return;
        to += "\xef\xbf\xbd";
        text.remove_prefix(1);
    }
}

void json_writer::put(std::string_view text)
{
    std::string valid;
    if (utf8_length(text) != text.size()) {
        append_utf8(text, valid);
        text = valid;
    }
    out_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void json_writer::put_hex(std::uint64_t number)
{
    char digits[24] = "0x";
    auto const* const end = std::to_chars(digits + 2, digits + sizeof digits, number, 16).ptr;
    out_.String(digits, static_cast<rapidjson::SizeType>(end - digits));
}

void json_writer::put_constant(std::int64_t number, std::string_view name)
{
    begin_object();
    member("value", number);
    if (!name.empty())
        member("name", name);
    end_object();
}

void json_writer::put_signal(int number) { put_constant(number, uapi::signal_name(number)); }

void json_writer::bytes_member(std::string_view bytes, bool cut)
{
    auto const valid = utf8_length(bytes);
    if (valid == bytes.size() || (cut && may_be_cut(bytes.substr(valid))))
        return member("string", bytes.substr(0, valid));
    member("base64", base64(std::as_bytes(std::span{bytes})));
}

}   // namespace cotrace::render
