// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cotrace::render {

/// Histograms, one for each system call name, of the times from the entry to the exit of the calls
/// (`syscall_exited::took`).
class latency_histogram {
public:
    /// The histogram of one call name. Each bucket counts the calls that took a time in the range of the bucket. The
    /// longest time of a range exceeds the shortest by an eighth at most, so a percentile is too large by an eighth at
    /// most.
    class distribution {
    public:
        void add(std::chrono::nanoseconds took) noexcept;

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
        std::array<std::uint64_t, 496> buckets_{};   ///< eight buckets for each power of two, see `bucket_of` in latency.cpp
        std::uint64_t calls_ = 0;
        std::chrono::nanoseconds total_{}, shortest_ = std::chrono::nanoseconds::max(), longest_{};
    };

    /// Counts a call. A call during which the thread was attached is not counted, because its time is not known (see
    /// `syscall_exited`). The times include the cost of tracing, which is several microseconds for each call.
    void count(syscall_exited const& what);
    /// Counts the record if it is a `syscall_exited`.
    void count(record const& seen);

    /// The histograms, with the names of the calls as keys.
    std::map<std::string, distribution, std::less<>> const& all() const noexcept { return all_; }

    /// Appends a table with one line for each call name, sorted by total time, the largest first. The columns of the
    /// table are: number of calls, total time, median, 90th and 99th percentile, longest time, and name.
    void append(std::string& to) const;

private:
    std::map<std::string, distribution, std::less<>> all_;
};

}   // namespace cotrace::render
