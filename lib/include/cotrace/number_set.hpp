// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace cotrace {

/// A set of numbers: those in `these`, or with `all_but` all other numbers. Empty by default.
struct number_set {
    std::vector<std::int32_t> these{};
    bool all_but = false;

    bool has(std::int32_t number) const noexcept
    {
        return (std::find(these.begin(), these.end(), number) != these.end()) != all_but;
    }
    bool empty() const noexcept { return these.empty() && !all_but; }
};

} // namespace cotrace
