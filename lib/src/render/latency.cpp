// SPDX-License-Identifier: BSL-1.0
#include <cotrace/render/latency.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <utility>
#include <variant>
#include <vector>

namespace cotrace::render {

namespace {

using std::chrono::nanoseconds;

std::string in_words(nanoseconds time)
{
    auto const count = static_cast<double>(time.count());
    if (count < 1e4)
        return fmt::format("{:.0f} ns", count);
    if (count < 1e7)
        return fmt::format("{:.0f} us", count / 1e3);
    return count < 1e10 ? fmt::format("{:.0f} ms", count / 1e6) : fmt::format("{:.1f} s", count / 1e9);
}

/// The histograms with the names of their calls, sorted by total time, the largest total first.
auto by_total(std::map<std::string, quantile_sketch, std::less<>> const& all)
{
    std::vector<std::pair<std::string_view, quantile_sketch const*>> rows;
    for (auto const& [name, times] : all)
        rows.emplace_back(name, &times);
    std::ranges::stable_sort(rows, std::ranges::greater{}, [](auto const& row) { return row.second->total(); });
    return rows;
}

/// The position of the highest set bit of a time; 0 for 0 ns.
int power_of(nanoseconds time) noexcept
{
    return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 1)))) - 1;
}

/// The text of the shortest time that the line `power` of a histogram counts: 2^power ns, but 0 ns in line 0.
std::string bound(int power)
{
    constexpr std::string_view units[] = {"ns", "us", "ms", "s"};
    auto const time = power == 0 ? 0.0 : std::ldexp(1.0, power);
    std::size_t unit = 0;
    auto shown = time;
    for (; shown >= 1000 && unit + 1 < std::size(units); ++unit)
        shown /= 1000;
    return fmt::format("{:.{}f} {}", shown, unit != 0 && shown < 10 ? 1 : 0, units[unit]);
}

}   // namespace

void latency_histogram::count(syscall_exited const& what)
{
    if (what.call && what.took > nanoseconds{})
        all_[what.call->name()].add(what.took);
}

void latency_histogram::count(record const& seen)
{
    if (auto const* const exited = std::get_if<syscall_exited>(&seen.what))
        count(*exited);
}

void latency_histogram::append(std::string& to) const
{
    auto out = std::back_inserter(to);
    out = fmt::format_to(out, "{:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {}\n", "calls", "total", "median", "90 %", "99 %", "longest",
                         "call");
    for (auto const& [name, times] : by_total(all_))
        out = fmt::format_to(out, "{:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {}\n", times->calls(), in_words(times->total()),
                             in_words(times->percentile(0.5)), in_words(times->percentile(0.9)),
                             in_words(times->percentile(0.99)), in_words(times->longest()), name);
}

void latency_histogram::append_bars(std::string& to) const
{
    bool first = true;
    for (auto const& [name, times] : by_total(all_)) {
        to += std::exchange(first, false) ? "" : "\n";
        render::append_bars(name, *times, to);
    }
}

void append_bars(std::string_view title, quantile_sketch const& times, std::string& to)
{
    constexpr std::uint64_t width = 44;
    auto out = std::back_inserter(to);
    out = fmt::format_to(out, "{}: {} calls, median {}, 95 % {}, 99 % {}, longest {}\n", title, times.calls(),
                         in_words(times.percentile(0.5)), in_words(times.percentile(0.95)), in_words(times.percentile(0.99)),
                         in_words(times.longest()));
    std::map<int, std::uint64_t> powers;   // key: position of the highest set bit of a time; value: number of calls
    std::uint64_t largest = 0;
    for (auto const& each : times.buckets())
        largest = std::max(largest, powers[power_of(each.most)] += each.calls);
    for (int power = powers.empty() ? 0 : powers.begin()->first; !powers.empty() && power <= powers.rbegin()->first; ++power) {
        auto const calls = powers[power];
        auto const bar = std::max(calls * width / largest, std::uint64_t{calls != 0});
        auto const line = fmt::format("{:>8} .. {:<8} {:>9} {}", bound(power), bound(power + 1), calls, std::string(bar, '#'));
        to.append(line, 0, line.find_last_not_of(' ') + 1).append("\n");
    }
}

}   // namespace cotrace::render
