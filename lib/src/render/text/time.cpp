// SPDX-License-Identifier: BSL-1.0
#include "render/text/time.hpp"

#include "render/numbers.hpp"

#include <ctime>
#include <string_view>

namespace cotrace::render {
namespace {

constexpr std::size_t digits_of(precision how) noexcept { return static_cast<std::size_t>(how) * 3; }

}   // namespace

bool put_time(std::string& to, std::int64_t seconds, std::uint64_t fraction, unsigned digits)
{
    std::uint64_t whole = 1;
    for (unsigned i = 0; i < digits; ++i)
        whole *= 10;
    std::time_t const at = seconds;
    std::tm broken{};
    char text[64];
    if (fraction >= whole || !localtime_r(&at, &broken) || std::strftime(text, sizeof text, "%FT%T", &broken) == 0)
        return false;
    to += text;
    if (fraction != 0) {
        to += '.';
        put_padded(to, fraction, digits);
    }
    to.append(text, std::strftime(text, sizeof text, "%z", &broken));
    return true;
}

void put_ticks(std::string& to, std::uint64_t ticks)
{
    put_number(to, ticks / 100);
    to += '.';
    put_padded(to, ticks % 100, 2);
    to += " s";
}

void put_seconds(std::string& to, std::int64_t nanoseconds, precision how, std::size_t width)
{
    constexpr std::int64_t second = 1'000'000'000;
    constexpr std::int64_t units[] = {second, 1'000'000, 1'000, 1};
    auto const before = to.size();
    put_signed(to, nanoseconds / second);
    if (auto const had = to.size() - before; had < width)
        to.insert(before, width - had, ' ');
    if (how == precision::seconds)
        return;
    to += '.';
    put_padded(to, static_cast<std::uint64_t>(nanoseconds % second / units[static_cast<unsigned>(how)]), digits_of(how));
}

void put_time_of_day(std::string& to, std::int64_t nanoseconds, precision how, bool since_boot)
{
    constexpr std::int64_t second = 1'000'000'000;
    std::time_t const seconds = nanoseconds / second;
    if (since_boot) {
        auto const whole = static_cast<std::uint64_t>(seconds);
        put_padded(to, whole / 3600, 2);
        to += ':';
        put_padded(to, whole / 60 % 60, 2);
        to += ':';
        put_padded(to, whole % 60, 2);
    } else {
        std::tm broken{};
        localtime_r(&seconds, &broken);
        char text[16];
        to.append(text, std::strftime(text, sizeof text, "%T", &broken));
    }
    if (how == precision::seconds)
        return;
    std::string fraction;
    put_seconds(fraction, nanoseconds % second, how);
    to += std::string_view{fraction}.substr(1);
}

}   // namespace cotrace::render
