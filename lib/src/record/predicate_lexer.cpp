// SPDX-License-Identifier: BSL-1.0
#include "record/predicate_lexer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace cotrace::predicates {
namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view long_symbols[] = {"==", "!=", "<=", ">=", "!~", "&&", "||"};

bool is_in(std::string_view set, char c) noexcept { return set.find(c) != set.npos; }

/// The number of characters at the beginning of `text` that fulfil the condition.
template <class Fulfils>
std::size_t length_while(std::string_view text, Fulfils fulfils)
{
    return static_cast<std::size_t>(std::ranges::find_if_not(text, fulfils) - text.begin());
}

/// The length of a quoted text, including its quotes. Without a second quote, the text extends to the end of the expression.
std::size_t quoted_length(std::string_view text) noexcept
{
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"')
            return i + 1;
        if (text[i] == '\\')
            ++i;
    }
    return text.size();
}

token token_at(std::string_view whole, std::size_t at)
{
    auto const rest = whole.substr(at);
    auto const is_part = [](char c) { return is_in(letters, c) || is_in(digits, c) || c == '.'; };
    auto const made = [&](token::kind what, std::size_t length) { return token{what, at, rest.substr(0, length)}; };
    if (rest.empty())
        return made(token::end, 0);
    if (is_in(letters, rest.front()))
        return made(token::name, length_while(rest, is_part));
    auto const sign = rest.front() == '-' ? std::size_t{1} : std::size_t{0};
    if (rest.size() > sign && is_in(digits, rest[sign]))
        return made(token::number, sign + length_while(rest.substr(sign), is_part));
    if (rest.front() == '"')
        return made(token::text, quoted_length(rest));
    if (auto const marks = length_while(rest, [](char c) { return c == '%'; }); marks != 0)
        return made(token::calls, marks + length_while(rest.substr(marks), is_part));
    for (auto const symbol : long_symbols)
        if (rest.starts_with(symbol))
            return made(token::symbol, symbol.size());
    // All bytes of a character in UTF-8 belong to one symbol, so that a message shows the whole character.
    return made(token::symbol, 1 + length_while(rest.substr(1), [](char c) { return (c & 0xc0) == 0x80; }));
}

/// A unit that can follow a number, such as "ms".
struct unit {
    std::string_view name;
    std::uint64_t factor;
    bool is_time;
};
constexpr unit units[] = {
    {"", 1, false},
    {"ns", 1, true},
    {"us", 1'000, true},
    {"ms", 1'000'000, true},
    {"s", 1'000'000'000, true},
    {"k", 1ull << 10, false},
    {"K", 1ull << 10, false},
    {"M", 1ull << 20, false},
    {"G", 1ull << 30, false},
    {"T", 1ull << 40, false},
};

constexpr char const* too_large = " is too large for a number";

std::optional<std::uint64_t> whole_number(std::string_view text, int base, bool& is_too_large)
{
    std::uint64_t value = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    is_too_large = failed == std::errc::result_out_of_range;
    if (failed != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

literal literal_of(std::uint64_t value, bool negative, bool is_time)
{
    literal made;
    made.what = is_time ? literal_kind::duration : literal_kind::number;
    made.value = negative && value != 0 ? integer{0 - value, true} : integer{value, false};
    return made;
}

/// Parses a time with a decimal point, such as "1.5ms". `digits_part` is the number without the sign and the unit.
result<literal, std::string> fraction_written(std::string_view digits_part, unit const& in, std::string_view written)
{
    double value = 0;
    auto const [end, failed] = std::from_chars(digits_part.data(), digits_part.data() + digits_part.size(), value);
    if (failed != std::errc{} || end != digits_part.data() + digits_part.size())
        return outcome::failure(in_quotes(written) + " is not a number");
    if (!in.is_time)
        return outcome::failure(in_quotes(written) + " has a decimal point, which only a time may have, such as 1.5ms");
    value = std::round(value * static_cast<double>(in.factor));
    if (value > 9e18)
        return outcome::failure(in_quotes(written) + too_large);
    return literal_of(static_cast<std::uint64_t>(value), written.starts_with('-'), true);
}

/// The character that a backslash and `letter` stand for. Empty if there is no such escape.
std::optional<char> escaped(char letter) noexcept
{
    switch (letter) {
    case '"': return '"';
    case '\\': return '\\';
    case 'n': return '\n';
    case 't': return '\t';
    default: return std::nullopt;
    }
}

}   // namespace

void lexer::advance() noexcept
{
    auto const from = std::min(current_.at + current_.written.size(), whole_.size());
    auto const at = whole_.find_first_not_of(blanks, from);
    current_ = token_at(whole_, std::min(at, whole_.size()));
}

std::size_t lexer::column_of(std::size_t at) const noexcept
{
    auto const before = whole_.substr(0, at);
    return 1 + static_cast<std::size_t>(std::ranges::count_if(before, [](char c) { return (c & 0xc0) != 0x80; }));
}

result<literal, std::string> number_written(std::string_view written)
{
    bool const negative = written.starts_with('-');
    auto const text = written.substr(negative ? 1 : 0);
    bool const is_hex = text.starts_with("0x") || text.starts_with("0X");
    auto const number = is_hex ? text.substr(2) : text.substr(0, std::min(text.find_first_not_of("0123456789."), text.size()));
    auto const suffix = is_hex ? text.substr(text.size()) : text.substr(number.size());
    auto const* const in = std::ranges::find(units, suffix, &unit::name);
    if (in == std::end(units))
        return outcome::failure(in_quotes(suffix) + " is no unit; the units are ns, us, ms and s for times, and k, M, G and T");
    if (number.find('.') != number.npos && !is_hex)
        return fraction_written(number, *in, written);
    int const base = is_hex ? 16 : number.size() > 1 && number.front() == '0' && suffix.empty() ? 8 : 10;
    bool is_too_large = false;
    auto const value = whole_number(number, base, is_too_large);
    if (!value && !is_too_large)
        return outcome::failure(in_quotes(written) + " is not a number");
    auto const most = negative ? std::uint64_t{1} << 63 : std::numeric_limits<std::uint64_t>::max();
    if (!value || *value > most / in->factor)
        return outcome::failure(in_quotes(written) + too_large);
    return literal_of(*value * in->factor, negative, in->is_time);
}

result<std::string, text_error> text_written(std::string_view written)
{
    std::string text;
    for (std::size_t i = 1; i < written.size(); ++i) {
        if (written[i] == '"')
            return text;
        if (written[i] != '\\') {
            text += written[i];
            continue;
        }
        auto const after = written.substr(i + 1);
        if (after.empty())
            break;
        if (auto const c = escaped(after.front())) {
            text += *c;
            ++i;
            continue;
        }
        bool is_too_large = false;
        auto const code =
            after.front() == 'x' && after.size() > 2 ? whole_number(after.substr(1, 2), 16, is_too_large) : std::nullopt;
        if (!code)
            return outcome::failure(
                text_error{i, "a backslash in a text is followed by \", \\, n, t, or x and two hexadecimal digits"});
        text += static_cast<char>(*code);
        i += 3;
    }
    return outcome::failure(text_error{0, "the text that begins here has no closing quote"});
}

}   // namespace cotrace::predicates
