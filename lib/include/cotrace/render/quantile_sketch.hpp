// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cotrace::render {

/// Counts times, such as those that calls took, in a histogram from which quantiles are computed. Each bucket counts the
/// times in a range. Each time below 64 ns has a bucket of its own. For a longer time, the longest time of the range
/// exceeds the shortest by less than 1/32 (3.1 %).
///
/// A quantile is therefore never too small, and too large by less than 1/32 of its exact value. The number of calls,
/// the total, the shortest and the longest time are exact. A sketch has at most 1,888 buckets of 8 bytes, regardless of
/// how many calls it counts. It stores only the buckets from the shortest to the longest time, and a few buckets before
/// and after them: 256 buckets for times from 1 us to 100 us.
class quantile_sketch {
public:
    /// Counts a time. A negative time is put into the bucket of 0.
    void add(std::chrono::nanoseconds took);
    /// Adds all times that `other` has counted.
    void merge(quantile_sketch const& other);

    std::uint64_t calls() const noexcept { return calls_; }
    std::chrono::nanoseconds total() const noexcept { return total_; }
    std::chrono::nanoseconds shortest() const noexcept { return calls_ == 0 ? std::chrono::nanoseconds{} : shortest_; }
    std::chrono::nanoseconds longest() const noexcept { return longest_; }
    /// The time that the fraction `share` of the calls did not exceed. A `share` of 0.5 gives the median, 0.99 the
    /// 99th percentile. If no calls were counted, the time is 0.
    std::chrono::nanoseconds percentile(double share) const noexcept;

    /// A range of times, with the number of calls that took a time in the range.
    struct bucket {
        std::chrono::nanoseconds most{};   ///< the longest time that belongs to the bucket
        std::uint64_t calls = 0;
    };
    /// The buckets that contain calls, in the order of their times.
    std::vector<bucket> buckets() const;

private:
    void make_room(std::size_t bucket);

    std::vector<std::uint64_t> counts_;   ///< the counts of the buckets from `first_` on
    std::size_t first_ = 0;
    std::uint64_t calls_ = 0;
    std::chrono::nanoseconds total_{}, shortest_ = std::chrono::nanoseconds::max(), longest_{};
};

}   // namespace cotrace::render
