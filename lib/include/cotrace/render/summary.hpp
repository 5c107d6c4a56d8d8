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

/// A column of a summary, which is also a sort key for the rows of the summary. `summary_options::wall_clock` says whether
/// the times are wall-clock times or CPU times, but the columns that begin with `wall_` always show wall-clock times.
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
    /// The process. If the records have names of threads (`record::comm`), the last name of the thread group leader is shown,
    /// too. If no record has this name, the name of the thread that made the last call is shown.
    process,
    thread,   ///< the thread; its name is shown if the records have it
    /// A path that an argument of the call points to, or the path of a file descriptor, if it was captured
    /// (`descriptor_details::path`). A relative path is joined with the path of its folder, if that was captured. A call
    /// with several paths is counted in the row of each of them.
    path,
    /// A file descriptor in the arguments or in the result, with the path of its file if it was captured. A call with
    /// several file descriptors is counted in the row of each of them.
    fd,
    /// A socket address that the program passed to the call or got from it, which is usually the address of the other
    /// end. Also the remote address of a socket whose file descriptor is an argument or the result, if that address was
    /// captured (`descriptor_details::socket`).
    address,
    error,   ///< the error that the call failed with
};

/// The column with this name, such as "time-percent", "total_time", "shortest" or "calls"; empty if there is no such
/// column. The names of strace(1) are known, and further names such as "wall-total" and "p95". An underscore stands for
/// a hyphen.
std::optional<summary_column> summary_column_called(std::string_view name) noexcept;

/// Options of `call_summary`: the columns, and the order of the rows.
struct summary_options {
    std::vector<summary_column> columns{summary_column::percent, summary_column::total,  summary_column::average,
                                        summary_column::calls,   summary_column::errors, summary_column::name};
    /// The column that the rows are sorted by: the largest value first, or alphabetically for `name`. If empty, the
    /// rows are sorted by call number, or by the text of the key.
    std::optional<summary_column> sorted_by = summary_column::total;
    /// If true, the time of a call is `syscall_exited::took`. If false, it is `syscall_exited::system`.
    bool wall_clock = false;
    std::chrono::nanoseconds overhead{};   ///< time that tracing adds to a call; subtracted from the time of each call
    summary_key by = summary_key::call;
    /// Has no effect if `by` is `summary_key::call`. When there are rows for 2 * `most_rows` keys, only `most_rows` of
    /// these rows are kept, see `call_summary`. So fewer than 2 * `most_rows` rows with a key are printed.
    std::size_t most_rows = 4096;
};

/// Counts calls, and renders the counts as the table that strace -c prints. If CPU times are
/// shown, the records must come from a session with `session_options::system_times`.
///
/// With a key other than `summary_key::call`, calls without such a key are counted in the row "(none)". The number of rows is
/// limited: when there are rows for twice `summary_options::most_rows` keys, only the `most_rows` rows that come first in the
/// order of the table are kept. The other rows are added to the row "(others)". If the key of such a row comes again, it gets
/// a new row. The row "total" counts each call once.
class call_summary {
public:
    explicit call_summary(summary_options options = {});

    /// Adds a call to the counts. With `summary_key::process` and `summary_key::thread`, use the overload that takes a
    /// record: only a record names the process and the thread.
    void count(syscall_exited const& what);
    /// Adds the call if the record is a `syscall_exited`.
    void count(record const& seen);

    /// Appends one table for each system call interface that calls were counted for. With another key than
    /// `summary_key::call`, appends one table for all interfaces.
    void append(std::string& to) const;

    /// Appends a line of JSON, with "event": "summary", for each row of the tables except "total", in the order of the
    /// rows. A line has the members "name", "number" and "abi" (the interface) of the call, "calls", "errors", and the
    /// objects "wall" (wall-clock times) and "system" (CPU times). These objects have the members "total", "shortest",
    /// "longest" and "average", in nanoseconds. They also have "p50", "p95" and "p99" if one of `summary_options::columns`, or
    /// `summary_options::sorted_by`, is a quantile such as `p95`. With another key than `summary_key::call`, a line has the
    /// member "by" (the kind of key) in place of "number" and "abi".
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
