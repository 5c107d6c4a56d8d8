// SPDX-License-Identifier: BSL-1.0
#include "stop_limits_parsing.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>

namespace cotrace::app {

namespace {

/// A unit, its kind of limit, and the number of nanoseconds, bytes or calls in one unit.
struct unit {
    std::string_view name;
    stop_limits::limit stop_limits::*which;
    std::uint64_t size;
};

constexpr unit units[] = {
    {"s", &stop_limits::time, 1'000'000'000},
    {"ms", &stop_limits::time, 1'000'000},
    {"min", &stop_limits::time, 60'000'000'000},
    {"h", &stop_limits::time, 3'600'000'000'000},
    {"B", &stop_limits::bytes, 1},
    {"kB", &stop_limits::bytes, 1'000},
    {"KB", &stop_limits::bytes, 1'000},
    {"MB", &stop_limits::bytes, 1'000'000},
    {"GB", &stop_limits::bytes, 1'000'000'000},
    {"KiB", &stop_limits::bytes, 1 << 10},
    {"MiB", &stop_limits::bytes, 1 << 20},
    {"GiB", &stop_limits::bytes, 1 << 30},
    {"calls", &stop_limits::calls, 1},
};

usage_error refused(std::string_view part, char const* why) { return "; '" + std::string{part} + "' " + why; }

usage_error add_limit(stop_limits& to, std::string_view part)
{
    constexpr std::uint64_t most = 1'000'000'000'000'000'000;   // 31 years in nanoseconds; fits into a signed number
    auto const digits = std::min(part.find_first_not_of("0123456789"), part.size());
    auto const count = number<std::uint64_t>(part.substr(0, digits));
    auto const* const found = std::ranges::find(units, part.substr(digits), &unit::name);
    if (digits == 0 || found == std::end(units))
        return refused(part, "is not a number with a unit: s, ms, min, h, B, kB, MB, GB, KiB, MiB, GiB or calls");
    if (!count || *count > most / found->size)
        return refused(part, "is too large");
    if (*count == 0)
        return refused(part, "is no limit");
    auto& limit = to.*found->which;
    if (limit.most != 0)
        return refused(part, "is the second limit of its kind");
    limit = {*count * found->size, std::string{part}};
    return no_error;
}

}   // namespace

usage_error set_stop_limits(options& to, std::string_view list)
{
    auto wrong = for_each_in(list, ",", [&](std::string_view part) { return add_limit(to.stop_after, part); });
    return wrong || to.stop_after.any() ? std::move(wrong) : invalid_argument();
}

}   // namespace cotrace::app
