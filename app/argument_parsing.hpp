// SPDX-License-Identifier: BSL-1.0
#pragma once

// Parses the words, numbers and lists in the arguments of options.

#include <cotrace/detail/near_names.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <climits>
#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cotrace::app {

/// The argument of an option; nullopt if the option was given without an argument.
using option_argument = std::optional<std::string_view>;

/// Why an argument is refused; nullopt for an accepted argument. If the text is empty or begins with ';', `parse` puts "invalid
/// NAME argument: 'ARGUMENT'" before the text.
using usage_error = std::optional<std::string>;

inline constexpr std::nullopt_t no_error = std::nullopt;

inline usage_error invalid(std::string_view what, std::string_view value)
{
    return "invalid " + std::string{what} + ": '" + std::string{value} + "'";
}

inline usage_error unknown(std::string_view what, std::string_view word)
{
    return "invalid " + std::string{what} + " '" + std::string{word} + "'";
}

inline usage_error invalid_argument() { return std::string{}; }

/// Calls `use` with each piece of `list` that is not empty, until `use` returns an error.
template <class Use>
usage_error for_each_in(std::string_view list, char const* separators, Use use)
{
    while (!list.empty()) {
        auto const end = std::min(list.find_first_of(separators), list.size());
        if (auto const piece = list.substr(0, end); !piece.empty())
            if (auto wrong = use(piece))
                return wrong;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return no_error;
}

/// Parses a decimal number; nullopt if `digits` is no number or a negative number. strace accepts the range of int for sizes and
/// ids.
template <std::integral Number = int>
std::optional<Number> number(std::string_view digits)
{
    Number value = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || std::cmp_less(value, 0))
        return std::nullopt;
    return value;
}

inline usage_error set_size(std::string_view from, auto& to, int most = INT_MAX)
{
    auto const value = number(from);
    if (!value || *value > most)
        return invalid_argument();
    to = static_cast<unsigned>(*value);
    return no_error;
}

/// A word and the value that it selects.
template <class Value>
struct choice {
    std::string_view word;
    Value value;
};

/// Whether two words are equal apart from upper and lower case.
inline bool equal_ignoring_case(std::string_view one, std::string_view other)
{
    return std::ranges::equal(one, other, [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

/// Sets `to` to the value of the choice whose word equals `word`. Without such a choice, returns an error, which may suggest
/// similar words.
template <class Value, std::size_t N, class Equal = std::equal_to<>>
usage_error choose(std::string_view word, choice<Value> const (&among)[N], Value& to, Equal equal = {})
{
    for (auto const& [name, value] : among)
        if (equal(name, word)) {
            to = value;
            return no_error;
        }
    return detail::question_about(word, among, &choice<Value>::word);
}

/// The number of a signal such as "15", "TERM", "sigterm", "SIGRT_1" or "SIGRTMIN"; nullopt if `name` is no signal.
std::optional<int> signal_number(std::string_view name);

/// A question such as "; did you mean 'SIGTERM'?"; empty if no signal has a name like `name`.
std::string question_about_signal(std::string_view name);

/// Parses a number and an optional unit, such as "1.5ms" (without a unit: microseconds); nullopt if `text` is no duration.
std::optional<std::chrono::nanoseconds> duration(std::string_view text);

}   // namespace cotrace::app
