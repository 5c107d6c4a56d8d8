// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/render/text.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace cotrace::render {

/// The form of the rows that a `row_writer` writes.
enum class row_form : std::uint8_t {
    ndjson,   ///< one JSON object (RFC 8259) on each line
    csv,      ///< RFC 4180: a header line with the names of the columns, and lines that end with CR LF
};

/// Options of `row_writer`.
struct row_options {
    row_form form = row_form::ndjson;
    std::string host{};   ///< the value of the column "host"
    /// The members about values and arguments say how the column "args" is written. The members `statuses`, `where` and
    /// `entries_only` act on rows as on lines of `text_renderer`. All other members have no effect.
    text_options text{};
};

/// Renders calls as rows of one flat table. Each row has all columns, in this order:
///
/// | column | type | content |
/// |---|---|---|
/// | start_ns | integer | the time of the call's entry in nanoseconds, by the clock of the session |
/// | duration_ns | integer | `syscall_exited::took`; 0 if the call did not return |
/// | host | text | `row_options::host` |
/// | pid, tid | integer | the process and the thread |
/// | comm | text | the name of the thread (`record::comm`) |
/// | syscall | text | the name of the call |
/// | args | text | the arguments as strace prints them, without the parentheses |
/// | path | text | the path of the first argument that is a path, or a file descriptor with a captured path |
/// | fd | integer or null | the first file descriptor in the arguments except AT_FDCWD, or else the returned file descriptor |
/// | error | text | the name of the error |
/// | return | integer or null | the return value; -1 if the call failed; null if the call did not return |
/// | class | text | the classes of the call, such as "file,desc" |
/// | stack | text | the functions of the call stack, the outermost first, with ';' between them |
///
/// A text that is not known is empty. In CSV, an empty field stands for null. Bytes that are not UTF-8 become U+FFFD.
///
/// A row is appended when its call returns, or when its thread ends, is detached or superseded during the call. With
/// `text_options::entries_only`, a row is appended at the entry of its call. The writer must get all records of its
/// sessions, in the order in which a channel gives them.
class row_writer {
public:
    explicit row_writer(row_options options = {});

    /// Appends the row of the call that the record completes, if any. In a CSV, the header line comes before the first
    /// row.
    void append(record const& seen, std::string& to);

    /// Appends the rows of the calls that have not ended. If a CSV has no header line yet, appends the header line
    /// first.
    void finish(std::string& to);

private:
    struct call_in_progress {
        record entered;              ///< the record of the entry
        bool fits_at_entry = true;   ///< `entered` fulfils `text_options::where`
    };

    void entered(record const& seen, std::string& to);
    void exited(record const& seen, syscall_exited const& done, std::string& to);
    void left(tid thread, std::string& to);
    void row(record const& seen, syscall_call const& call, syscall_exited const* done, std::string& to);
    void header(std::string& to);

    row_options options_;
    bool has_header_ = false;
    std::unordered_map<std::int32_t, call_in_progress> calls_;   ///< by thread id: the call that the thread is in
};

}   // namespace cotrace::render
