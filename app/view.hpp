// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <cotrace/record.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace cotrace::app {

/// One way to show records, other than as strace's text: a format that has its own lines for records, or an answer that
/// is printed at the end, such as the summary of -c.
class view {
public:
    virtual ~view() = default;

    /// Takes one more record, and appends what is to be written for it now. A view whose output comes at the end appends
    /// nothing.
    virtual void append(record const& seen, std::string& to) = 0;

    /// Appends what is written before the first record.
    virtual void begin(std::string& to) { static_cast<void>(to); }

    /// Appends the output that was held back. Called when `longest_wait` has passed since the first record whose output is
    /// held back.
    virtual void flush(std::string& to) { static_cast<void>(to); }
    virtual std::chrono::milliseconds longest_wait() const { return std::chrono::milliseconds{20}; }

    /// With --keep-last: appends the newest records.
    virtual void write_kept(std::string& to) { static_cast<void>(to); }

    /// Takes a record that is not shown, because an option such as --status, --where or --signal leaves it out. Views that
    /// must know all calls and threads override this function. It may append text, for example about a call that has ended.
    virtual void leave_out(record const& seen, std::string& to) { static_cast<void>(seen), static_cast<void>(to); }

    /// Appends what is written after the last record.
    virtual void finish(std::string& to) { static_cast<void>(to); }
};

/// The view for the format that --format selects. Null for `output_format::text`, which `trace_writer` itself writes.
std::unique_ptr<view> format_view(options const& wanted);

/// The views whose output follows the trace, in the order in which they are printed. They get only the records that
/// `trace_writer::is_wanted` selects.
std::vector<std::unique_ptr<view>> answers(options const& wanted);

}   // namespace cotrace::app
