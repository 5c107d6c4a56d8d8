// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"
#include "output.hpp"
#include "output_names.hpp"
#include "view.hpp"
#include "views/report.hpp"

#include <cotrace/detail/unique_fd.hpp>

#include <cotrace/ids.hpp>
#include <cotrace/record.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cotrace::app {

/// Renders records and writes the text to the output that the options name.
///
/// A regular file, or a pipe to a command, is written when much text is pending, or after a delay. Other output is written after
/// each batch of records.
class trace_writer {
public:
    /// Called with a reason of one line when the trace or the page of --report cannot be written any more. With -ff, called only
    /// for the first failing file.
    using failure_handler = std::function<void(std::string)>;

    /// Opens the output, except the files of -ff. Blocks while a FIFO has no reader. A command that gets the output starts with
    /// the calling thread's signal mask.
    static result<std::unique_ptr<trace_writer>, std::string> open(asio::any_io_executor executor, options const& wanted);

    trace_writer(asio::any_io_executor executor, options const& wanted);

    void on_failure(failure_handler handler) { on_failure_ = std::move(handler); }

    void append(record const& seen);

    /// Prints a line on standard error, in order with the trace if the trace goes to standard error too.
    void print_line(std::string_view line);

    /// To be called after each batch of records. A regular file, or a pipe to a command, is written only if much text is pending.
    task<void> flush();

    /// From now on, `flush` does not wait for a slow reader. If too much text stays in memory, the trace is given up.
    void stop_waiting();

    /// Gives up the trace: discards all records that are appended from now on.
    void give_up();

    /// Whether all appended records are discarded.
    bool is_given_up() const noexcept { return given_up_; }

    /// The number of bytes of the trace so far, whether they are written yet or not.
    std::uint64_t size() const noexcept { return size_; }

    /// The number of bytes of text that are not written yet; 0 with -ff.
    std::size_t unwritten() const noexcept { return shared_ ? shared_->unwritten() : 0; }

    /// With --keep-last: writes the newest records.
    void write_kept();

    /// Completes unfinished lines, writes all text, and waits for the end of the command that the output is piped into.
    task<void> finish();

private:
    output* output_for(record const& seen);
    output* open_for(record const& seen);
    bool awaits_name(record const& seen) const;
    void close_former_file(record const& seen);
    bool has_views() const noexcept { return report_ || format_ || !answers_.empty(); }
    bool is_wanted(record const& seen) const;
    void render(record const& seen, bool wanted, std::string& to);
    void finish_file(tid thread, bool ends_calls = true);
    void write_soon();
    void write_all();
    task<void> write_shared();
    void check(output& to, error_code error);
    void check_report(error_code error);
    void give_up(output& to, std::string const& why);

    asio::any_io_executor executor_;
    options const& options_;
    failure_handler on_failure_;
    bool given_up_ = false;
    std::uint64_t size_ = 0;       ///< number of bytes of text that were appended for records
    std::size_t incomplete_ = 0;   ///< number of files that could not be opened or could not be written
    bool deferred_ = false;        ///< whether text is written only when much text is pending, or after a delay
    render::text_renderer text_;
    std::unique_ptr<view> format_;                 ///< null for strace's text, which `text_` writes
    std::vector<std::unique_ptr<view>> answers_;   ///< the views whose output follows the trace
    std::unique_ptr<report_file> report_;          ///< null without --report
    std::unique_ptr<output> shared_;               ///< the output of all threads; null with -ff
    output_names names_;                           ///< the names of the files of -ff, also of those that are closed
    std::unordered_map<std::int32_t, std::unique_ptr<output>> own_;   ///< with -ff: the open files; by thread id
    /// With -ff, by thread id: the first records of a launched thread, up to the entry of its execve(2). They are written
    /// with the next record, which has the program's name for the name of the file (%c).
    std::unordered_map<std::int32_t, std::vector<record>> starts_;
    asio::steady_timer soon_;
    bool soon_is_set_ = false;
    pid piped_into_id_{};              ///< the id of the command that the output is piped into; `pid{}`: no pipe
    detail::unique_fd piped_into_{};   ///< a pidfd of this command; empty if pidfd_open(2) has failed
};

}   // namespace cotrace::app
