// SPDX-License-Identifier: BSL-1.0
#include <cotrace/testing/sweep.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>

namespace cotrace::testing {

std::vector<std::size_t> parse_indices(std::string_view list)
{
    auto const complain = [whole = std::string{list}] {
        throw std::invalid_argument{"not a list of case numbers: '" + whole + "'"};
    };
    auto const number = [&](std::string_view digits) {
        std::size_t value = 0;
        auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc{} || end != digits.data() + digits.size())
            complain();
        return value;
    };
    std::vector<std::size_t> found;
    for (std::size_t begin = 0; begin <= list.size();) {
        auto const end = std::min(list.find(',', begin), list.size());
        auto const part = list.substr(begin, end - begin);
        auto const dash = std::min(part.find('-'), part.size());
        auto const last = dash == part.size() ? number(part) : number(part.substr(dash + 1));
        auto const first = number(part.substr(0, dash));
        if (last > 10'000'000 || first > last)   // a sweep has fewer cases than this number, and no range may be empty
            complain();
        for (auto each = first; each <= last; ++each)
            found.push_back(each);
        begin = end + 1;
    }
    return found;
}

}   // namespace cotrace::testing
