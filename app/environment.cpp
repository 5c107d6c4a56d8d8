// SPDX-License-Identifier: BSL-1.0
#include "environment.hpp"

#include <unistd.h>

namespace cotrace::app {

std::vector<std::string> changed_environment(std::vector<std::string> const& changes)
{
    std::vector<std::string> result;
    for (char** each = environ; *each; ++each)
        result.emplace_back(*each);
    for (auto const& change : changes) {
        auto const name = change.substr(0, change.find('='));
        std::erase_if(result, [&](std::string const& each) { return each.starts_with(name + "="); });
        if (name.size() != change.size())
            result.push_back(change);
    }
    return result;
}

}   // namespace cotrace::app
