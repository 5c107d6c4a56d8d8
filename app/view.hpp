// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <cotrace/record.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace cotrace::app {

/// A format of records that is not strace's text, or an answer at the end of the trace, such as the summary of -c.
class view {
public:
    virtual ~view() = default;

    /// Takes one more record, and appends what is to be written now.
    virtual void append(record const& seen, std::string& to) = 0;

    /// Appends what is written before the first record.
    virtual void begin(std::string& to) { static_cast<void>(to); }

    /// Appends the output that was held back. Called when `longest_wait` has passed since the first record whose output is
    /// held back.
    virtual void flush(std::string& to) { static_cast<void>(to); }
    virtual std::chrono::milliseconds longest_wait() const { return std::chrono::milliseconds{20}; }

    /// With --keep-last: appends the newest records.
    virtual void write_kept(std::string& to) { static_cast<void>(to); }

    /// Takes a record that an option such as --status, --where or --signal excludes. May append text, for example about an ended
    /// call.
    virtual void leave_out(record const& seen, std::string& to) { static_cast<void>(seen), static_cast<void>(to); }

    /// Appends what is written after the last record.
    virtual void finish(std::string& to) { static_cast<void>(to); }
};

/// The view for the format that --format selects. Null for `output_format::text`, which `trace_writer` itself writes.
std::unique_ptr<view> format_view(options const& wanted);

/// The views whose output follows the trace, in their order. These views get only records that `trace_writer::is_wanted` selects.
std::vector<std::unique_ptr<view>> answers(options const& wanted);

}   // namespace cotrace::app
