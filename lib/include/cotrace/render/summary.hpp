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

/// A column of a summary, or what its rows are sorted by.
enum class summary_column : std::uint8_t {
    percent,        ///< of all `total`
    total,
    shortest,
    longest,
    average,
    calls,
    errors,
    name,
    wall_total,     ///< the same of wall-clock time, whatever `summary_options::wall_clock` says
    wall_shortest,
    wall_longest,
    wall_average,
};

/// The column that strace(1) calls so: "time-percent", "total_time", "shortest", "calls"; empty for what is none.
std::optional<summary_column> summary_column_called(std::string_view name) noexcept;

struct summary_options {
    std::vector<summary_column> columns{summary_column::percent, summary_column::total,  summary_column::average,
                                        summary_column::calls,   summary_column::errors, summary_column::name};
    std::optional<summary_column> sorted_by = summary_column::total;   ///< the largest first; empty: by number
    bool wall_clock = false;             ///< times are those from entry to exit, not those that the kernel worked
    std::chrono::nanoseconds overhead{}; ///< what tracing adds to each call
};

/// Counts calls, and makes strace's table of them (-c). Without `wall_clock`
/// it wants records of a session with `session_options::system_times`.
class call_summary {
public:
    explicit call_summary(summary_options options = {}) : options_{std::move(options)} {}

    void count(syscall_exited const& what);

    /// Appends a table for each interface that there were calls of.
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
    using rows = std::map<std::uint64_t, row>;   ///< by number

    times const& times_of(row const& from, bool wall) const noexcept;
    bool before(row const& left, row const& right) const;
    std::string cell(summary_column which, row const& from, row const& sum) const;
    void append_table(rows const& from, std::string& to) const;

    summary_options options_;
    std::map<abi::arch, rows> counted_;
};

} // namespace cotrace::render
