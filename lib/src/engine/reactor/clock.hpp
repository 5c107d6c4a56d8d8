// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

namespace cotrace::engine {

inline timestamp clock_now() noexcept
{
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

}   // namespace cotrace::engine
