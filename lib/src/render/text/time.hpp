// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/render/text.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace cotrace::render {

/// Appends a local time, such as "2026-11-23T03:03:00+0000". `fraction` has `digits` decimal digits. Returns false, and appends
/// nothing, if the time is invalid.
bool put_time(std::string& to, std::int64_t seconds, std::uint64_t fraction = 0, unsigned digits = 9);

/// Appends the time that `ticks` clock ticks of 1/100 s take, such as "1.25 s".
void put_ticks(std::string& to, std::uint64_t ticks);

/// Appends a time in seconds, such as "12.345". The part before the point has at least `width` characters.
void put_seconds(std::string& to, std::int64_t nanoseconds, precision how, std::size_t width = 0);

/// Appends a time since 1970 as the local time of day, "03:03:00.125". With `since_boot`, appends a time since boot.
void put_time_of_day(std::string& to, std::int64_t nanoseconds, precision how, bool since_boot);

}   // namespace cotrace::render
