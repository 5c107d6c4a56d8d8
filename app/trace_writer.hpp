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

#include <csignal>
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
    /// Is told once, in one line, when the trace cannot be written any more.
    /// What is added from then on is thrown away.
    using failure_handler = std::function<void(std::string)>;

    /// Opens what must be open before anything is launched. `child_mask` is for
    /// the command that the output is piped into.
    static result<std::unique_ptr<trace_writer>, std::string>
    open(asio::any_io_executor executor, options const& wanted, sigset_t const& child_mask);

    trace_writer(asio::any_io_executor executor, options const& wanted);

    void on_failure(failure_handler told) { on_failure_ = std::move(told); }

    void append(record const& seen);

    /// Says something on standard error, in order with the trace if that goes there too.
    void say(std::string_view line);

    /// To be awaited after each batch of records.
    task<void> flush();

    /// Ends open lines, writes everything, and waits for the command that was piped into.
    task<void> finish();

private:
    output* output_for(tid thread);
    output* open_for(tid thread);
    void move_call(record const& seen);
    bool is_wanted(record const& seen) const;
    void render(record const& seen, std::string& to);
    void written_off(tid thread);
    void write_soon();
    void write_all();
    task<void> write_shared();
    void check(output const& to, error_code error);

    asio::any_io_executor executor_;
    options const& options_;
    failure_handler on_failure_;
    bool failed_ = false;
    bool patient_ = false;
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
