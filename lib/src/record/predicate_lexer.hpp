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
        name,     ///< a letter or "_", and letters, digits, "_" and "." after it
        number,   ///< a digit, perhaps after "-", and letters, digits, "_" and "." after it
        text,     ///< with its quotes; the last quote may be missing
        calls,    ///< "%" and the name of a class of calls
        symbol,   ///< an operator, a bracket, a comma, or any other character
    };
    kind what = end;
    std::size_t at = 0;           ///< index of the first byte
    std::string_view written{};   ///< the token as it is in the expression
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

    /// The column of a byte of the expression: the number of its character in UTF-8, from 1.
    std::size_t column_of(std::size_t at) const noexcept;

private:
    std::string_view whole_;
    token current_{};
};

/// The number, duration or size that is written. The error says what is wrong.
result<literal, std::string> number_written(std::string_view written);

/// Why a text in quotes cannot be read, and the index of the byte where this is so.
struct text_error {
    std::size_t at = 0;
    std::string what{};
};
/// The text between quotes, with its escapes replaced.
result<std::string, text_error> text_written(std::string_view written);

}   // namespace cotrace::predicates
