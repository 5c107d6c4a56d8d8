// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/render/quantile_sketch.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cotrace::render {

/// A column of a summary, which is also a sort key for the rows. Columns that begin with `wall_` show wall-clock times.
/// The other columns show the times that `summary_options::wall_clock` selects.
enum class summary_column : std::uint8_t {
    percent,         ///< `total` of the row, as a percentage of `total` of the row "total"
    total,           ///< sum of the times of the calls, in seconds
    shortest,        ///< shortest time of a call, in seconds
    longest,         ///< longest time of a call, in seconds
    average,         ///< average time of a call, in microseconds
    calls,           ///< number of calls
    errors,          ///< number of calls that failed
    name,            ///< name of the call, or the key that `summary_options::by` selects
    wall_total,      ///< sum of the wall-clock times of the calls, in seconds
    wall_shortest,   ///< shortest wall-clock time of a call, in seconds
    wall_longest,    ///< longest wall-clock time of a call, in seconds
    wall_average,    ///< average wall-clock time of a call, in microseconds
    p50,             ///< time that half of the calls did not exceed, in seconds, as `quantile_sketch` computes it
    p95,             ///< time that 95 % of the calls did not exceed, in seconds
    p99,             ///< time that 99 % of the calls did not exceed, in seconds
    wall_p50,        ///< wall-clock time that half of the calls did not exceed, in seconds
    wall_p95,        ///< wall-clock time that 95 % of the calls did not exceed, in seconds
    wall_p99,        ///< wall-clock time that 99 % of the calls did not exceed, in seconds
};

/// What the calls of one row of a summary have in common.
enum class summary_key : std::uint8_t {
    call,   ///< the call number
    /// The process, and the last name of its thread group leader (`record::comm`). If no record has this name, the name
    /// of the thread that made the last call is shown.
    process,
    thread,   ///< the thread; its name is shown if the records have it
    /// A path in the arguments, or the captured path of a file descriptor (`descriptor_details::path`). A relative path
    /// is joined with the captured path of its folder. A call with several paths is counted in several rows.
    path,
    /// A file descriptor in the arguments or in the result, with the captured path of its file. A call with several
    /// file descriptors is counted in several rows.
    fd,
    /// A socket address in the arguments or in the result, or the captured remote address of a socket
    /// (`descriptor_details::socket`).
    address,
    error,   ///< the error that the call failed with
};

/// The column with this name, such as "time-percent" or "calls"; empty if no column has the name. The names are those
/// of strace(1), and further names such as "wall-total" and "p95". An underscore stands for a hyphen.
std::optional<summary_column> summary_column_called(std::string_view name) noexcept;

/// Options of `call_summary`: the columns, and the order of the rows.
struct summary_options {
    std::vector<summary_column> columns{summary_column::percent, summary_column::total,  summary_column::average,
                                        summary_column::calls,   summary_column::errors, summary_column::name};
    /// The rows are sorted by this column: the largest value first, or alphabetically for `name`. If empty, the rows
    /// are sorted by call number, or by the text of the key.
    std::optional<summary_column> sorted_by = summary_column::total;
    /// If true, the time of a call is `syscall_exited::took`. If false, it is `syscall_exited::system`.
    bool wall_clock = false;
    std::chrono::nanoseconds overhead{};   ///< time that tracing adds to a call; subtracted from the time of each call
    summary_key by = summary_key::call;
    /// Fewer than 2 * `most_rows` rows with a key are printed, see `call_summary`. Has no effect if `by` is
    /// `summary_key::call`.
    std::size_t most_rows = 4096;
};

/// Counts calls, and renders the counts as the table that strace -c prints. CPU times need
/// `session_options::system_times`.
///
/// With a key other than `summary_key::call`, calls without a key are counted in the row "(none)". When 2 *
/// `summary_options::most_rows` keys have rows, only the first `most_rows` rows of the table are kept. The other rows
/// are added to the row "(others)". The row "total" counts each call once.
class call_summary {
public:
    explicit call_summary(summary_options options = {});

    /// Adds a call to the counts. For `summary_key::process` and `summary_key::thread`, use the overload that takes a
    /// record.
    void count(syscall_exited const& what);
    /// Adds the call if the record is a `syscall_exited`.
    void count(record const& seen);

    /// Appends one table for each system call interface of the counted calls. With a key other than
    /// `summary_key::call`, appends one table for all interfaces.
    void append(std::string& to) const;

    /// Appends a line of JSON, with "event": "summary", for each row of the tables except "total". With
    /// `summary_key::call`, a line has the members "name", "number" and "abi" (the interface) of the call. With another
    /// key, "by" (the kind of key) replaces "number" and "abi". All lines have "calls", "errors", "wall" (wall-clock
    /// times) and "system" (CPU times).
    ///
    /// The objects "wall" and "system" have the members "total", "shortest", "longest" and "average", in nanoseconds.
    /// If a column or the order needs quantiles, the objects also have "p50", "p95" and "p99".
    void append_json(std::string& to) const;

private:
    struct times {
        std::chrono::nanoseconds total{}, shortest = std::chrono::nanoseconds::max(), longest{};
        quantile_sketch spread{};   ///< the times, for quantiles; empty unless a column or the order needs them

        void add(std::chrono::nanoseconds each, bool spreads);
        void merge(times const& other);
    };
    struct row {
        std::string name;
        times system, wall;
        std::uint64_t calls = 0, errors = 0;
    };

    void note_leader(record const& seen);
    void count_key(record const* seen, syscall_exited const& what);
    void add(syscall_exited const& what, row& to) const;
    static void merge(row const& from, row& to);
    void drop_small_rows();
    times const& times_of(row const& from, bool wall) const noexcept;
    bool before(row const& left, row const& right) const;
    std::string cell(summary_column which, row const& from, row const& sum) const;
    std::string heading(summary_column which) const;
    void append_table(std::vector<row const*> order, row const& sum, std::string& to) const;
    struct called;
    void append_json(called const* which, row const& counts, std::string& to) const;

    summary_options options_;
    bool spreads_ = false;   ///< a column or the order needs quantiles
    /// For `summary_key::call`: by interface and call number, the row of the call.
    std::map<uapi::arch, std::map<std::uint64_t, row>> counted_;
    std::map<std::string, row> keyed_;   ///< for all other kinds of keys: by the text of the key, the row of the key
    /// For `summary_key::process`: by process id, the name of the thread group leader, until the leader ends.
    std::unordered_map<std::int32_t, std::shared_ptr<std::string const>> leaders_;
    row none_{}, others_{}, all_{};
};

}   // namespace cotrace::render
