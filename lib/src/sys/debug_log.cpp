// SPDX-License-Identifier: BSL-1.0
#include "sys/debug_log.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace cotrace {

namespace sys {

constinit std::atomic<debug_log> debug_log_target = nullptr;

void log(tid thread, std::string_view what, std::string_view details) noexcept
{
    auto const to = debug_log_target.load();
    if (to == nullptr)
        return;
    std::array<char, 256> line{};
    int const length = std::snprintf(line.data(), line.size(), "%d: %.*s: %.*s", raw(thread), static_cast<int>(what.size()),
                                     what.data(), static_cast<int>(details.size()), details.data());
    if (length > 0)
        to({line.data(), std::min(static_cast<std::size_t>(length), line.size() - 1)});
}

}   // namespace sys

void set_debug_log(debug_log to) noexcept { sys::debug_log_target.store(to); }

}   // namespace cotrace
