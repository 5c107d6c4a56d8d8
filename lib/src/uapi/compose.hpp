// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/named_values.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// Tables that are built from other tables, so that each constant is defined once.
namespace cotrace::uapi {

/// The rows of `table`. After a value without a name, the text output shows `unknown` as a comment, unless `unknown` is
/// empty.
constexpr name_table renamed(name_table const& table, std::string_view unknown = {})
{
    return {table.rows, table.count, table.sorted, unknown};
}

/// The names of a number that consists of a bit field with the mask `Mask` and the values `Values`, and of `Flags`. The text
/// output shows the bit field first.
template <auto const& Values, std::uint64_t Mask, auto const& Flags>
struct field_and_flags : name_table {
    static constexpr std::size_t values = std::size(Values.storage), flags = std::size(Flags.storage);
    named_value storage[values + flags]{};

    constexpr explicit field_and_flags(std::string_view otherwise)
    {
        for (std::size_t i = 0; i < values; ++i)
            storage[i] = {Values.storage[i].value, Values.storage[i].name, Mask};
        for (std::size_t i = 0; i < flags; ++i)
            storage[values + i] = Flags.storage[i];
        rows = storage;
        count = values + flags;
        unknown = otherwise;
    }
    field_and_flags(field_and_flags const&) = delete;   // `rows` of a copy would point into the original
};

/// The rows of several tables, one after the other.
template <auto const&... Tables>
struct joined_table : name_table {
    named_value storage[(std::size(Tables.storage) + ...)]{};

    constexpr explicit joined_table(std::string_view otherwise)
        : name_table{storage, 0, false, otherwise}
    {
        (append(Tables.storage), ...);
    }
    joined_table(joined_table const&) = delete;   // `rows` of a copy would point into the original

private:
    template <std::size_t N>
    constexpr void append(named_value const (&some)[N])
    {
        for (auto const& row : some)
            storage[count++] = row;
    }
};

/// A table with `N` names. Each name is composed of parts and has at most `Room` characters.
template <std::size_t N, std::size_t Room>
struct spelled_table : name_table {
    named_value storage[N]{};
    char        text[N][Room]{};

    constexpr explicit spelled_table(std::string_view otherwise) : name_table{storage, 0, false, otherwise} {}
    spelled_table(spelled_table const&) = delete;

    constexpr void add(std::uint64_t value, std::uint64_t mask, std::initializer_list<std::string_view> parts)
    {
        std::size_t length = 0;
        for (auto const part : parts)
            for (auto const c : part)
                text[count][length++] = c;
        storage[count] = {value, {text[count], length}, mask};
        ++count;
    }
};

/// The decimal digits of a number, for a name in a `spelled_table`.
class spelled_number {
public:
    constexpr explicit spelled_number(unsigned number)
    {
        do {
            digits_[--begin_] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number != 0);
    }
    constexpr operator std::string_view() const { return {digits_.data() + begin_, digits_.size() - begin_}; }

private:
    std::array<char, 10> digits_{};
    std::size_t          begin_ = 10;
};

} // namespace cotrace::uapi
