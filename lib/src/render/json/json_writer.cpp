// SPDX-License-Identifier: BSL-1.0
#include "render/json/json_writer.hpp"

#include "render/utf8.hpp"

#include <cotrace/uapi/signals.hpp>

#include <algorithm>
#include <charconv>
#include <span>

namespace cotrace::render {
namespace {

/// Whether `rest` may be the first bytes of a UTF-8 character whose other bytes were cut off.
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

void json_writer::put(std::string_view text)
{
    std::string valid;
    if (!is_utf8(text)) {
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
