// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/render/text.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace cotrace::render {

/// Appends a time in the local time zone, such as "2026-11-23T03:03:00+0000". A fraction that
/// is not 0 is added with `digits` digits. Returns false, and adds nothing, if the time is invalid.
bool put_time(std::string& to, std::int64_t seconds, std::uint64_t fraction = 0, unsigned digits = 9);

/// Appends ticks of 1/100 s as seconds.
void put_ticks(std::string& to, std::uint64_t ticks);

/// Appends a time such as "12.345". The seconds have at least `width` characters.
void put_seconds(std::string& to, std::int64_t nanoseconds, precision how, std::size_t width = 0);

}   // namespace cotrace::render
