// SPDX-License-Identifier: BSL-1.0
#pragma once

// Parses the words, numbers and lists in the arguments of options.

#include <algorithm>
#include <charconv>
#include <chrono>
#include <climits>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cotrace::app {

/// Why an argument is refused; nullopt if it is accepted. An empty text stands for "invalid NAME argument: 'ARGUMENT'".
using complaint = std::optional<std::string>;

inline constexpr std::nullopt_t fine = std::nullopt;

inline complaint invalid(std::string_view what, std::string_view value)
{
    return "invalid " + std::string{what} + ": '" + std::string{value} + "'";
}

inline complaint unknown(std::string_view what, std::string_view word)
{
    return "invalid " + std::string{what} + " '" + std::string{word} + "'";
}

inline complaint bad_argument() { return std::string{}; }

/// Calls `use` with each piece of a list that is not empty, until a call returns a complaint.
template <class Use>
complaint for_each_in(std::string_view list, char const* separators, Use use)
{
    while (!list.empty()) {
        auto const end = std::min(list.find_first_of(separators), list.size());
        if (auto const piece = list.substr(0, end); !piece.empty())
            if (auto wrong = use(piece))
                return wrong;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return fine;
}

/// A number from 0 to INT_MAX, the range that strace accepts for sizes and ids.
inline std::optional<int> number(std::string_view digits)
{
    int value = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || value < 0)
        return std::nullopt;
    return value;
}

inline complaint set_size(std::string_view from, auto& to, int most = INT_MAX)
{
    auto const value = number(from);
    if (!value || *value > most)
        return bad_argument();
    to = static_cast<unsigned>(*value);
    return fine;
}

/// A word and the value that it selects.
template <class Value>
struct choice {
    std::string_view word;
    Value            value;
};

template <class Value, std::size_t N>
complaint choose(std::string_view word, choice<Value> const (&among)[N], Value& to)
{
    for (auto const& [name, value] : among)
        if (name == word) {
            to = value;
            return fine;
        }
    return bad_argument();
}

/// Whether two words are equal apart from upper and lower case.
inline bool same_letters(std::string_view one, std::string_view other)
{
    return std::ranges::equal(one, other, [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

/// The number of a signal: "15", "TERM", "SIGTERM", "sigterm", "SIGRT_1", "SIGRTMIN".
std::optional<int> signal_number(std::string_view name);

/// Parses "1.5ms": a number as strtod(3) accepts it, and an optional unit. Without a unit, microseconds.
std::optional<std::chrono::nanoseconds> duration(std::string_view text);

} // namespace cotrace::app
