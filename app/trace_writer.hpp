// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"
#include "output.hpp"

#include <cotrace/record.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cotrace::app {

/// Turns records into text and brings it where the options say.
///
/// Files and the command that is piped into are written to when there is much,
/// or a moment after there was something, so that `tail -f` sees it; standard
/// error and terminals after every batch, in step with what the subject prints.
class trace_writer {
public:
    /// Is called once, with a reason of one line, when the trace cannot be written any more. With -ff that is when
    /// the first of its files cannot be written; the others are still written.
    using failure_handler = std::function<void(std::string)>;

    /// Opens what must be open before anything is launched. To open a FIFO takes until there is a reader. The
    /// command that the output is piped into starts with the present signal mask.
    static result<std::unique_ptr<trace_writer>, std::string>
    open(asio::any_io_executor executor, options const& wanted);

    trace_writer(asio::any_io_executor executor, options const& wanted);

    void on_failure(failure_handler told) { on_failure_ = std::move(told); }

    void append(record const& seen);

    /// Says something on standard error, in order with the trace if that goes there too.
    void say(std::string_view line);

    /// To be awaited after each batch of records.
    task<void> flush();

    /// From now on `flush` does not wait for a slow reader. What the reader does not take is kept in memory until
    /// `finish`; when that is too much, the trace is given up.
    void stop_waiting();

    /// Gives up the trace: what is added from now on is thrown away.
    void give_up();

    /// Whether everything that is added is thrown away.
    bool is_given_up() const noexcept { return given_up_; }

    /// How much of the text is not written yet.
    std::size_t unwritten() const noexcept { return shared_ ? shared_->unwritten() : 0; }

    /// Ends open lines, writes everything, and waits for the command that was piped into.
    task<void> finish();

private:
    output* output_for(tid thread);
    output* open_for(tid thread);
    void close_former_file(record const& seen);
    bool is_wanted(record const& seen) const;
    void render(record const& seen, std::string& to);
    void finish_file(tid thread);
    void write_soon();
    void write_all();
    task<void> write_shared();
    void check(output& to, error_code error);
    void give_up(output& to, std::string const& why);

    asio::any_io_executor executor_;
    options const& options_;
    failure_handler on_failure_;
    bool given_up_ = false;
    std::size_t incomplete_ = 0;           ///< number of files that could not be written
    bool deferred_ = false;
    render::text_renderer text_;
    render::call_summary summary_;
    std::unique_ptr<output> shared_;                                  ///< without -ff
    std::unordered_map<std::int32_t, std::unique_ptr<output>> own_;   ///< with -ff, by thread
    asio::steady_timer soon_;
    bool soon_is_set_ = false;
    asio::posix::stream_descriptor piped_into_;                       ///< a pidfd
    pid_t piped_into_id_ = -1;
};

} // namespace cotrace::app
