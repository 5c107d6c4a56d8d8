// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "record/predicate_tree.hpp"

#include <cotrace/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cotrace::predicates {

/// A word or symbol of a predicate.
struct token {
    enum kind : std::uint8_t {
        end,      ///< the end of the expression
        name,     ///< a letter or "_", then letters, digits, "_" and "."
        number,   ///< "-" or nothing, then a digit, then letters, digits, "_" and "."
        text,     ///< a text in quotes; the second quote may be missing
        calls,    ///< one or more "%", then letters, digits, "_" and "."
        symbol,   ///< an operator, a bracket, a comma, or any other character
    };
    kind what = end;
    std::size_t at = 0;           ///< index of the first byte of the token in the expression
    std::string_view written{};   ///< the characters of the token
};

/// Splits a predicate into tokens.
class lexer {
public:
    explicit lexer(std::string_view whole) noexcept
        : whole_{whole}
    {
        advance();
    }

    token const& current() const noexcept { return current_; }
    void advance() noexcept;

    /// The column of the byte with the index `at`. Columns are counted from 1 in characters of UTF-8.
    std::size_t column_of(std::size_t at) const noexcept;

private:
    std::string_view whole_;
    token current_{};
};

inline std::string in_quotes(std::string_view text)
{
    std::string quoted{"'"};
    quoted.append(text);
    quoted.push_back('\'');
    return quoted;
}

/// Parses a number, a duration or a size. Returns an error message if `written` is invalid or too large.
result<literal, std::string> number_written(std::string_view written);

/// Why a quoted text is invalid, and the index of the byte that is wrong.
struct text_error {
    std::size_t at = 0;
    std::string what{};
};
/// Removes the quotes from `written`, and replaces the escapes by the characters that they stand for.
result<std::string, text_error> text_written(std::string_view written);

}   // namespace cotrace::predicates
