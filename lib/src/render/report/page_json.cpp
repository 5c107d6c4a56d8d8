// SPDX-License-Identifier: BSL-1.0
#include "render/report/page_json.hpp"

#include "render/numbers.hpp"

#include <algorithm>
#include <cstddef>

namespace cotrace::render {

namespace {

/// The length of the UTF-8 sequence at the start of `text` if it is a printable character of more than one byte,
/// otherwise 0. RFC 3629 excludes surrogates and overlong forms. The characters from U+0080 to U+009F are control
/// characters.
std::size_t printable_sequence(std::string_view text) noexcept
{
    auto const at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    auto const continues = [&](std::size_t i) { return (at(i) & 0xc0) == 0x80; };
    auto const lead = at(0);
    if (lead >= 0xc2 && lead <= 0xdf)
        return continues(1) && !(lead == 0xc2 && at(1) < 0xa0) ? 2 : 0;
    unsigned const low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned const high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (at(1) < low || at(1) > high || !continues(2))
        return 0;
    if ((lead & 0xf0) == 0xe0)
        return 3;
    return lead >= 0xf0 && lead <= 0xf4 && continues(3) ? 4 : 0;
}

constexpr bool is_plain(unsigned char c) noexcept
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
}

}   // namespace

void put_page_string(std::string& to, std::string_view text)
{
    to += '"';
    while (!text.empty()) {
        auto const* const special =
            std::find_if_not(text.begin(), text.end(), [](char c) { return is_plain(static_cast<unsigned char>(c)); });
        to.append(text.begin(), special);
        text.remove_prefix(static_cast<std::size_t>(special - text.begin()));
        if (text.empty())
            break;
        auto const c = static_cast<unsigned char>(text.front());
        auto const length = printable_sequence(text);
        if (length != 0) {
            to += text.substr(0, length);
        } else if (c == '"' || c == '\\') {
            to.append("\\") += static_cast<char>(c);
        } else if (c >= 0x20 && c < 0x7f) {
            put_padded(to.append("\\u"), c, 4, 16);
        } else {
            put_padded(to.append("\\\\x"), c, 2, 16);
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    to += '"';
}

}   // namespace cotrace::render
