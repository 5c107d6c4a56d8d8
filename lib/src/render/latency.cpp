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

constexpr unsigned part_bits = 3;   // 2^3 buckets from each power of two to the next

// The index of the bucket that counts a time. Each time below 2^part_bits has a bucket of its own. For a longer time,
// the position of the highest set bit and the `part_bits` bits below it decide the bucket.
std::size_t bucket_of(nanoseconds took) noexcept
{
    auto const time = static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0));
    if (time < 1u << part_bits)
        return static_cast<std::size_t>(time);
    auto const shift = static_cast<unsigned>(std::bit_width(time)) - 1 - part_bits;
    return (static_cast<std::size_t>(shift) << part_bits) + static_cast<std::size_t>(time >> shift);
}

/// The longest time that belongs to the bucket.
nanoseconds end_of(std::size_t bucket) noexcept
{
    if (bucket < 1u << part_bits)
        return nanoseconds{static_cast<std::int64_t>(bucket)};
    auto const shift = (bucket >> part_bits) - 1;
    auto const leading = (bucket & ((1u << part_bits) - 1)) + (1u << part_bits);
    return nanoseconds{static_cast<std::int64_t>(((leading + 1) << shift) - 1)};
}

std::string in_words(nanoseconds time)
{
    auto const count = static_cast<double>(time.count());
    if (count < 1e4)
        return fmt::format("{:.0f} ns", count);
    if (count < 1e7)
        return fmt::format("{:.0f} us", count / 1e3);
    return count < 1e10 ? fmt::format("{:.0f} ms", count / 1e6) : fmt::format("{:.1f} s", count / 1e9);
}

}   // namespace

void latency_histogram::distribution::add(nanoseconds took) noexcept
{
    ++buckets_[std::min(bucket_of(took), buckets_.size() - 1)];
    ++calls_;
    total_ += took;
    shortest_ = std::min(shortest_, took);
    longest_ = std::max(longest_, took);
}

nanoseconds latency_histogram::distribution::percentile(double share) const noexcept
{
    if (calls_ == 0)
        return {};
    auto const wanted = static_cast<std::uint64_t>(std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(calls_)));
    std::uint64_t seen = 0;
    for (std::size_t at = 0; at < buckets_.size(); ++at) {
        seen += buckets_[at];
        if (seen >= std::max<std::uint64_t>(wanted, 1))
            return std::clamp(end_of(at), shortest_, longest_);
    }
    return longest_;
}

std::vector<latency_histogram::distribution::bucket> latency_histogram::distribution::buckets() const
{
    std::vector<bucket> found;
    for (std::size_t at = 0; at < buckets_.size(); ++at)
        if (buckets_[at] != 0)
            found.push_back({end_of(at), buckets_[at]});
    return found;
}

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
    std::vector<std::pair<std::string_view, distribution const*>> rows;
    for (auto const& [name, times] : all_)
        rows.emplace_back(name, &times);
    std::ranges::stable_sort(rows, std::ranges::greater{}, [](auto const& row) { return row.second->total(); });
    auto out = std::back_inserter(to);
    out = fmt::format_to(out, "{:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {}\n", "calls", "total", "median", "90 %", "99 %", "longest",
                         "call");
    for (auto const& [name, times] : rows)
        out = fmt::format_to(out, "{:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {}\n", times->calls(), in_words(times->total()),
                             in_words(times->percentile(0.5)), in_words(times->percentile(0.9)),
                             in_words(times->percentile(0.99)), in_words(times->longest()), name);
}

}   // namespace cotrace::render
