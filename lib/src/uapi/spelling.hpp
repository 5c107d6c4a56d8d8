// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Functions that append numbers and characters to a string. Functions of type `speller` use them.
namespace cotrace::uapi {

inline void spell_decimal(std::string& to, std::uint64_t number)
{
    char digits[24];
    to.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

inline void spell_signed(std::string& to, std::int64_t number)
{
    char digits[24];
    to.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

/// Appends a number in hexadecimal with the prefix "0x", like %#x of printf(3). 0 has no prefix.
inline void spell_hex(std::string& to, std::uint64_t number)
{
    char digits[24];
    to += number != 0 ? "0x" : "";
    to.append(digits, std::to_chars(digits, digits + sizeof digits, number, 16).ptr);
}

/// Appends `number` as the digits of a decimal fraction, with leading zeros if it has fewer than `digits` digits.
inline void spell_fraction(std::string& to, std::uint64_t number, std::size_t digits)
{
    auto const before = to.size();
    spell_decimal(to, number);
    auto const had = to.size() - before;
    to.insert(before, had < digits ? digits - had : 0, '0');
}

/// Appends a duration in units of 1/`Unit` seconds. If `explained` is set, a comment with the seconds follows: "1500 /*
/// 0.001500 s */".
template <std::int64_t Unit, std::size_t Digits>
void spell_duration(std::string& to, std::int64_t number, bool explained)
{
    spell_signed(to, number);
    if (number == 0 || !explained)
        return;
    to += number < 0 ? " /* -" : " /* ";
    auto const size = static_cast<std::uint64_t>(number < 0 ? -number : number);
    spell_decimal(to, size / Unit);
    to += '.';
    spell_fraction(to, size % Unit, Digits);
    to += " s */";
}

/// Appends a character in quotes: 'a', '\n', '\x00'.
inline void spell_character(std::string& to, unsigned char c)
{
    constexpr std::string_view controls = "tnvfr";   // the letters of the escapes for the characters 9 to 13
    constexpr char digits[] = "0123456789abcdef";
    to += '\'';
    if (c >= '\t' && c <= '\r')
        (to += '\\') += controls[c - '\t'];
    else if (c == '\'' || c == '\\')
        (to += '\\') += static_cast<char>(c);
    else if (c >= ' ' && c < 0x7f)
        to += static_cast<char>(c);
    else
        (((to += '\\') += 'x') += digits[c >> 4]) += digits[c & 15];
    to += '\'';
}

} // namespace cotrace::uapi
