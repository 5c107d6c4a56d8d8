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

/// A column of a summary, which is also a sort key for the rows of the summary. Each row is about the calls with one
/// call number. `summary_options::wall_clock` says whether the times are wall-clock times or CPU times, but the columns
/// that begin with `wall_` always show wall-clock times.
enum class summary_column : std::uint8_t {
    percent,         ///< `total` of the row, as a percentage of the sum of `total` of all rows
    total,           ///< sum of the times of the calls, in seconds
    shortest,        ///< shortest time of a call, in seconds
    longest,         ///< longest time of a call, in seconds
    average,         ///< average time of a call, in microseconds
    calls,           ///< number of calls
    errors,          ///< number of calls that failed
    name,            ///< name of the call
    wall_total,      ///< sum of the wall-clock times of the calls, in seconds
    wall_shortest,   ///< shortest wall-clock time of a call, in seconds
    wall_longest,    ///< longest wall-clock time of a call, in seconds
    wall_average,    ///< average wall-clock time of a call, in microseconds
};

/// The column that strace(1) calls `name`, such as "time-percent", "total_time", "shortest" or "calls"; empty if there
/// is no such column.
std::optional<summary_column> summary_column_called(std::string_view name) noexcept;

/// Options of `call_summary`: the columns, and the order of the rows.
struct summary_options {
    std::vector<summary_column> columns{summary_column::percent, summary_column::total,  summary_column::average,
                                        summary_column::calls,   summary_column::errors, summary_column::name};
    /// The column that the rows are sorted by: the largest value first, or alphabetically for `name`. If empty, the
    /// rows are sorted by call number.
    std::optional<summary_column> sorted_by = summary_column::total;
    /// If true, the time of a call is the time from its entry to its exit. If false, the time of a call is the CPU time
    /// that the kernel spent on it.
    bool wall_clock = false;
    std::chrono::nanoseconds overhead{};   ///< time that tracing adds to a call; subtracted from the time of each call
};

/// Counts calls, and renders the counts as the table that strace -c prints. Unless
/// `summary_options::wall_clock` is true, the records must come from a session with
/// `session_options::system_times`.
class call_summary {
public:
    explicit call_summary(summary_options options = {})
        : options_{std::move(options)}
    {
    }

    /// Adds a call to the counts.
    void count(syscall_exited const& what);

    /// Appends one table for each system call interface that calls were counted for.
    void append(std::string& to) const;

    /// Appends a line of JSON for each row of the tables, in their order, with "event": "summary". It has the name, the
    /// number and the interface ("abi") of the call, "calls", "errors", and the objects "wall" and "system" with the
    /// "total", "shortest", "longest" and "average" wall-clock time and CPU time in nanoseconds. The columns of
    /// `summary_options` have no effect.
    void append_json(std::string& to) const;

private:
    struct times {
        std::chrono::nanoseconds total{}, shortest = std::chrono::nanoseconds::max(), longest{};

        void add(std::chrono::nanoseconds each) noexcept;
    };
    struct row {
        std::string name;
        times system, wall;
        std::uint64_t calls = 0, errors = 0;
    };
    using rows = std::map<std::uint64_t, row>;   ///< the rows of a table, by call number

    times const& times_of(row const& from, bool wall) const noexcept;
    bool before(row const& left, row const& right) const;
    std::string cell(summary_column which, row const& from, row const& sum) const;
    void append_table(rows const& from, std::string& to) const;
    static void append_json(uapi::arch interface, rows::value_type const& from, std::string& to);

    summary_options options_;
    std::map<uapi::arch, rows> counted_;
};

}   // namespace cotrace::render
