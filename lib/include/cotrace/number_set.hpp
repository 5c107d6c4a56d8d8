// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <vector>

namespace cotrace {

/// A set of numbers. It contains the numbers in `these`; if `all_but` is true, it contains all other numbers instead.
/// A default-constructed set is empty.
struct number_set {
    std::vector<std::int32_t> these{};
    bool all_but = false;

    bool has(std::int32_t number) const noexcept;
    bool empty() const noexcept { return these.empty() && !all_but; }
};

}   // namespace cotrace
