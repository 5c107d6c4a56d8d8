// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cotrace::uapi {

/// A constant and its name. A number of or-ed flags contains the constant if `(number & mask) == value`. Constants with
/// equal masks are the values of a bit field.
struct named_value {
    std::uint64_t value = 0;
    std::string_view name;
    std::uint64_t mask = value;
};

/// A view of a table of names. `flag_table` and `enum_table` store the rows.
struct name_table {
    named_value const* rows = nullptr;
    std::uint32_t count = 0;
    bool sorted = false;   ///< the rows are sorted by value, so that `find` can use a binary search
    std::string_view
        unknown;   ///< comment that the text output shows after a value without a name: "PROT_???"; empty: no comment

    constexpr std::span<named_value const> all() const noexcept { return {rows, count}; }

    /// The row with this value, or null. Masks are ignored.
    constexpr named_value const* find(std::uint64_t value) const noexcept
    {
        if (sorted) {
            std::size_t low = 0, high = count;
            while (low < high) {
                auto const middle = (low + high) / 2;
                if (rows[middle].value < value)
                    low = middle + 1;
                else
                    high = middle;
            }
            return low < count && rows[low].value == value ? rows + low : nullptr;
        }
        for (auto const& row : all())
            if (row.value == value)
                return &row;
        return nullptr;
    }
};

/// The names of or-ed flags. The text output shows them in the order of the rows. A flag of several bits must precede the flags
/// that are a part of it; otherwise, the table does not compile. A row with different mask and value names a value of a
/// bit field. A row with the value 0 and the mask 0 names the number 0.
template <std::size_t N>
struct flag_table : name_table {
    named_value storage[N]{};

    // Not consteval: the object keeps a pointer into itself, which is a constant expression only for an object with
    // static storage.
    constexpr flag_table(std::string_view otherwise, named_value const (&list)[N])
    {
        for (std::size_t i = 0; i < N; ++i)
            storage[i] = list[i];
        rows = storage;
        count = N;
        unknown = otherwise;
        check();
    }
    flag_table(flag_table const&) = delete;   // `rows` of a copy would point into the original

private:
    constexpr void check() const
    {
        for (std::size_t low = 1; low < N; ++low)
            for (std::size_t high = 0; high < low; ++high) {
                auto const& above = storage[high];
                auto const& below = storage[low];
                if (above.mask == above.value && above.value != 0 && below.mask == below.value
                    && (above.value | below.value) == below.value)
                    throw "a flag precedes a flag that contains it, or is listed twice";
            }
    }
};

/// The names of an enumeration's values.
template <std::size_t N>
struct enum_table : name_table {
    named_value storage[N]{};

    constexpr enum_table(std::string_view otherwise, named_value const (&list)[N])
    {
        sorted = true;
        for (std::size_t i = 0; i < N; ++i) {
            storage[i] = list[i];
            if (i != 0 && list[i].value <= list[i - 1].value)
                sorted = false;
        }
        rows = storage;
        count = N;
        unknown = otherwise;
    }
    enum_table(enum_table const&) = delete;
};

}   // namespace cotrace::uapi
