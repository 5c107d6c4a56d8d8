// SPDX-License-Identifier: BSL-1.0
#include "render/frames.hpp"

#include <algorithm>
#include <ranges>

namespace cotrace::render {

void put_folded_name(std::string& to, std::string_view name)
{
    auto const begin = to.size();
    to += name;
    std::ranges::replace(to.begin() + static_cast<std::ptrdiff_t>(begin), to.end(), ';', ':');
    std::ranges::replace(to.begin() + static_cast<std::ptrdiff_t>(begin), to.end(), '\n', ' ');
}

void put_frames(std::string& to, call_stack const& stack)
{
    for (auto const& each : stack.frames() | std::views::reverse) {
        if (!each.function.empty()) {
            put_folded_name(to, each.function);
        } else {
            to += '[';
            put_folded_name(to, each.file.empty() ? "unknown" : std::string_view{each.file}.substr(each.file.rfind('/') + 1));
            to += ']';
        }
        to += ';';
    }
}

}   // namespace cotrace::render
