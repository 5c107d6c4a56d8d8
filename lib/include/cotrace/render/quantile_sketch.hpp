// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cotrace::render {

/// Counts times, such as those that calls took, in a histogram from which quantiles are computed. A quantile is never
/// too small, and too large by less than 1/32 (3.1 %) of its exact value. The number of calls, the total, the shortest
/// and the longest time are exact. A sketch stores at most 1,888 buckets of 8 bytes.
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
    /// The time that the fraction `share` of the calls did not exceed. A `share` of 0.5 gives the median. If no calls
    /// were counted, the time is 0.
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
