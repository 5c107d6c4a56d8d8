// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <vector>

namespace cotrace {

/// A set of numbers: the numbers in `these`, or, if `all_but` is true, all other numbers.
struct number_set {
    std::vector<std::int32_t> these{};
    bool all_but = false;

    bool has(std::int32_t number) const noexcept;
    bool empty() const noexcept { return these.empty() && !all_but; }
};

}   // namespace cotrace
