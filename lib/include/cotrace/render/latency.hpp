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

namespace cotrace::render {

/// How long the calls of each name took, as histograms. The times are `syscall_exited::took`, from entry to exit.
class latency_histogram {
public:
    /// The calls of one name. Each bucket counts the calls of a range of times. The ranges of neighbouring buckets differ
    /// by an eighth at most, so a percentile is too large by an eighth at most.
    class distribution {
    public:
        void add(std::chrono::nanoseconds took) noexcept;

        std::uint64_t calls() const noexcept { return calls_; }
        std::chrono::nanoseconds total() const noexcept { return total_; }
        std::chrono::nanoseconds shortest() const noexcept { return calls_ == 0 ? std::chrono::nanoseconds{} : shortest_; }
        std::chrono::nanoseconds longest() const noexcept { return longest_; }
        /// The time that `share` of the calls did not exceed: 0.5 for the median, 0.99 for the 99th percentile. 0 without
        /// calls.
        std::chrono::nanoseconds percentile(double share) const noexcept;

    private:
        std::array<std::uint64_t, 496> buckets_{};   ///< eight buckets for each power of two, see `bucket_of` in latency.cpp
        std::uint64_t calls_ = 0;
        std::chrono::nanoseconds total_{}, shortest_ = std::chrono::nanoseconds::max(), longest_{};
    };

    /// Counts a call, unless its entry was not traced, because the thread was attached during the call. The time of such a
    /// call is not known.
    void count(syscall_exited const& what);
    /// Counts the record if it is a `syscall_exited`.
    void count(record const& seen);

    /// The distributions by the names of the calls.
    std::map<std::string, distribution, std::less<>> const& all() const noexcept { return all_; }

    /// Appends a table with one line for each call name, sorted by total time, the largest first. Its columns are calls,
    /// total time, median, 90th and 99th percentile, longest time, and name.
    void append(std::string& to) const;

private:
    std::map<std::string, distribution, std::less<>> all_;
};

}   // namespace cotrace::render
