// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cotrace::render {

/// A column of a summary, which is also a sort key for its rows.
enum class summary_column : std::uint8_t {
    percent,        ///< share of the sum of all `total`
    total,
    shortest,
    longest,
    average,
    calls,
    errors,
    name,
    wall_total,     ///< this and the next three: wall-clock times, whatever `summary_options::wall_clock` says
    wall_shortest,
    wall_longest,
    wall_average,
};

/// The column with this name in strace(1): "time-percent", "total_time", "shortest", "calls"; empty for an unknown name.
std::optional<summary_column> summary_column_called(std::string_view name) noexcept;

struct summary_options {
    std::vector<summary_column> columns{summary_column::percent, summary_column::total,  summary_column::average,
                                        summary_column::calls,   summary_column::errors, summary_column::name};
    std::optional<summary_column> sorted_by = summary_column::total;   ///< the largest first; empty: by call number
    bool wall_clock = false;             ///< times are from entry to exit, instead of the CPU time of the kernel
    std::chrono::nanoseconds overhead{}; ///< time that tracing adds to each call, which is subtracted
};

/// Counts calls, and renders them as strace's table (-c). Without `wall_clock`, the
/// records must come from a session with `session_options::system_times`.
class call_summary {
public:
    explicit call_summary(summary_options options = {}) : options_{std::move(options)} {}

    void count(syscall_exited const& what);

    /// Appends a table for each interface that has calls.
    void append(std::string& to) const;

private:
    struct times {
        std::chrono::nanoseconds total{}, shortest = std::chrono::nanoseconds::max(), longest{};

        void add(std::chrono::nanoseconds each) noexcept;
    };
    struct row {
        std::string_view name;
        times         system, wall;
        std::uint64_t calls = 0, errors = 0;
    };
    using rows = std::map<std::uint64_t, row>;   ///< by call number

    times const& times_of(row const& from, bool wall) const noexcept;
    bool before(row const& left, row const& right) const;
    std::string cell(summary_column which, row const& from, row const& sum) const;
    void append_table(rows const& from, std::string& to) const;

    summary_options options_;
    std::map<abi::arch, rows> counted_;
};

} // namespace cotrace::render
