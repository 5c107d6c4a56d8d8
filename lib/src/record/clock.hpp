// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <chrono>
#include <ctime>

namespace cotrace {

inline timestamp clock_now(record_clock which) noexcept
{
    if (which == record_clock::realtime)
        return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
    timespec now{};
    ::clock_gettime(which == record_clock::monotonic ? CLOCK_MONOTONIC : CLOCK_BOOTTIME, &now);
    return timestamp{std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec}};
}

}   // namespace cotrace
