// SPDX-License-Identifier: BSL-1.0
#include <cotrace/number_set.hpp>

#include <algorithm>

namespace cotrace {

bool number_set::has(std::int32_t number) const noexcept
{
    return (std::find(these.begin(), these.end(), number) != these.end()) != all_but;
}

}   // namespace cotrace
