// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/render/quantile_sketch.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace cotrace::render {

/// Histograms, one for each system call name, of the times from the entry to the exit of the calls
/// (`syscall_exited::took`).
class latency_histogram {
public:
    /// The histogram of one call name. Its percentiles are at most 1/32 too large.
    using distribution = quantile_sketch;

    /// Counts a call. The times include the cost of tracing. A call during which the thread was attached is not
    /// counted, because its time is not known.
    void count(syscall_exited const& what);
    /// Counts the record if it is a `syscall_exited`.
    void count(record const& seen);

    /// The histograms, with the names of the calls as keys.
    std::map<std::string, distribution, std::less<>> const& all() const noexcept { return all_; }

    /// Appends a table with one line for each call name, the largest total time first. The columns are: number of
    /// calls, total time, median, 90th and 99th percentile, longest time, and name.
    void append(std::string& to) const;

    /// Appends the drawing of each histogram (see the function `append_bars` below), the largest total time first.
    void append_bars(std::string& to) const;

private:
    std::map<std::string, distribution, std::less<>> all_;
};

/// Appends a drawing of a histogram for a terminal with 80 columns. The first line has `title`, the number of calls,
/// and quantiles. Each further line has a bar for the times from one power of two to the next, in nanoseconds.
void append_bars(std::string_view title, quantile_sketch const& times, std::string& to);

}   // namespace cotrace::render
