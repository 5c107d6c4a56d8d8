// SPDX-License-Identifier: BSL-1.0
#include "render/report/page_json.hpp"

#include "render/numbers.hpp"
#include "render/utf8.hpp"

#include <algorithm>
#include <cstddef>

namespace cotrace::render {

namespace {

/// The length of the UTF-8 sequence at the start of `text`; 0 for ASCII, invalid bytes and the control characters U+0080 to
/// U+009F.
std::size_t printable_sequence(std::string_view text) noexcept
{
    auto const length = utf8_sequence(text);
    bool const is_control = length == 2 && text[0] == '\xc2' && static_cast<unsigned char>(text[1]) < 0xa0;
    return length < 2 || is_control ? 0 : length;
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
