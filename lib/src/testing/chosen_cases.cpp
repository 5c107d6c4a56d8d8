// SPDX-License-Identifier: BSL-1.0
#include "testing/chosen_cases.hpp"

#include <cotrace/testing/sweep.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace cotrace::testing {

result<std::vector<std::size_t>, failure> chosen_cases(std::vector<std::size_t> only)
{
    if (char const* listed = std::getenv("COTRACE_SWEEP_ONLY"); only.empty() && listed != nullptr && *listed != '\0')
        try {
            only = parse_indices(listed);
        } catch (std::invalid_argument const& refused) {
            return failure{
                {EINVAL, boost::system::system_category()}, std::string{"COTRACE_SWEEP_ONLY is "} + refused.what(), {}, {}};
        }
    std::ranges::sort(only);
    only.erase(std::unique(only.begin(), only.end()), only.end());
    return only;
}

}   // namespace cotrace::testing
