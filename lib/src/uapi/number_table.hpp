// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/numbers.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>

namespace cotrace::uapi {

/// The system calls of one interface, with a lookup table by number and a lookup table by name.
struct number_table {
    std::span<syscall_number const> rows;
    std::span<std::uint16_t const>  by_slot;    ///< for each slot, the index of its call in `rows`, or `none`
    std::span<std::uint16_t const>  by_name;    ///< all indices in `rows`, sorted by the name of the call

    static constexpr std::uint16_t none = 0xffff;
};

/// The lookup tables for `Rows`, computed at compile time. `Rows` must be sorted by number.
template <auto const& Rows>
struct dense_numbers {
    static_assert(std::ranges::is_sorted(Rows, std::ranges::less_equal{}, &syscall_number::number));
    static_assert(Rows.back().number < slot_limit);

    std::array<std::uint16_t, Rows.back().number + 1> by_slot{};
    std::array<std::uint16_t, Rows.size()>            by_name{};

    consteval dense_numbers()
    {
        by_slot.fill(number_table::none);
        for (std::uint16_t row = 0; row < Rows.size(); ++row)
            by_slot[Rows[row].number] = row;

        auto const name = [](std::uint16_t row) { return Rows[row].name; };
        std::iota(by_name.begin(), by_name.end(), std::uint16_t{0});
        std::ranges::sort(by_name, {}, name);
        if (std::ranges::adjacent_find(by_name, {}, name) != by_name.end())
            throw "a name stands twice";
    }
};

extern number_table const x86_64_numbers;
extern number_table const i386_numbers;
extern number_table const x32_numbers;
extern number_table const aarch64_numbers;
extern number_table const riscv64_numbers;

} // namespace cotrace::uapi
