// SPDX-License-Identifier: BSL-1.0
#include <cotrace/render/quantile_sketch.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

namespace cotrace::render {

namespace {

using std::chrono::nanoseconds;

constexpr unsigned part_bits = 5;   // 2^5 buckets for the times from 2^n ns to 2^(n+1) ns, if n is at least 5

// The index of the bucket of a time. Each time below 2^(part_bits + 1) ns has its own bucket. For longer times, the highest set
// bit and the next `part_bits` bits decide.
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

}   // namespace

/// Extends `counts_`, so that it contains the bucket. The index of its first bucket and its size are multiples of
/// 2^part_bits.
void quantile_sketch::make_room(std::size_t bucket)
{
    constexpr std::size_t power = std::size_t{1} << part_bits;
    auto const begin = bucket / power * power;
    if (counts_.empty())
        first_ = begin;
    if (begin < first_) {
        counts_.insert(counts_.begin(), first_ - begin, 0);
        first_ = begin;
    }
    if (bucket - first_ >= counts_.size())
        counts_.resize(begin + power - first_);
}

void quantile_sketch::add(nanoseconds took)
{
    auto const bucket = bucket_of(took);
    if (bucket < first_ || bucket - first_ >= counts_.size())
        make_room(bucket);
    ++counts_[bucket - first_];
    ++calls_;
    total_ += took;
    shortest_ = std::min(shortest_, took);
    longest_ = std::max(longest_, took);
}

void quantile_sketch::merge(quantile_sketch const& other)
{
    if (other.counts_.empty())
        return;
    make_room(other.first_);
    make_room(other.first_ + other.counts_.size() - 1);
    for (std::size_t i = 0; i < other.counts_.size(); ++i)
        counts_[other.first_ - first_ + i] += other.counts_[i];
    calls_ += other.calls_;
    total_ += other.total_;
    shortest_ = std::min(shortest_, other.shortest_);
    longest_ = std::max(longest_, other.longest_);
}

nanoseconds quantile_sketch::percentile(double share) const noexcept
{
    if (calls_ == 0)
        return {};
    auto const wanted = static_cast<std::uint64_t>(std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(calls_)));
    std::uint64_t seen = 0;
    for (std::size_t at = 0; at < counts_.size(); ++at) {
        seen += counts_[at];
        if (seen >= std::max<std::uint64_t>(wanted, 1))
            return std::clamp(end_of(first_ + at), shortest_, longest_);
    }
    return longest_;
}

std::vector<quantile_sketch::bucket> quantile_sketch::buckets() const
{
    std::vector<bucket> found;
    for (std::size_t at = 0; at < counts_.size(); ++at)
        if (counts_[at] != 0)
            found.push_back({end_of(first_ + at), counts_[at]});
    return found;
}

}   // namespace cotrace::render
