// SPDX-License-Identifier: BSL-1.0
// Writes strings and bytes, with the escapes that strace uses.
#include "render/text/value_writer.hpp"

#include <algorithm>
#include <array>

namespace cotrace::render {
namespace {

using uapi::shape;

bool printable(unsigned char c) noexcept { return c >= ' ' && c < 0x7f; }

bool is_unprintable(unsigned char c) noexcept { return !printable(c) && !(c >= '\t' && c <= '\r'); }

void put_byte_hex(std::string& to, unsigned char c)
{
    constexpr char digits[] = "0123456789abcdef";
    to += "\\x";
    to += digits[c >> 4];
    to += digits[c & 15];
}

// The characters that have no escape, except in strings that are written in hexadecimal. A run of these characters is copied at
// once.
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

// Appends an octal escape: three digits if an octal digit follows in the text, otherwise as few digits as possible.
void put_byte_octal(std::string& to, unsigned char c, bool digit_follows)
{
    to += '\\';
    if (digit_follows || c >= 0100)
        to += static_cast<char>('0' + (c >> 6));
    if (digit_follows || c >= 010)
        to += static_cast<char>('0' + (c >> 3 & 7));
    to += static_cast<char>('0' + (c & 7));
}

}   // namespace

bool value_writer::all_in_hex(std::string_view text) const noexcept
{
    auto const all = options_.strings;
    return all == escapes::all_hex || (all == escapes::unprintable_hex && std::any_of(text.begin(), text.end(), [](char c) {
                                           return is_unprintable(static_cast<unsigned char>(c));
                                       }));
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

void value_writer::text(value const& shown)
{
    // The null byte at the end of a null-terminated text is shown only if the whole text is written in hexadecimal.
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

void append_quoted(std::string_view text, text_options const& options, std::string& to)
{
    value_writer{options, uapi::data_model::lp64, to}.quote(text);
}

}   // namespace cotrace::render
