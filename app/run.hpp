// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "command_process.hpp"
#include "conclusion.hpp"
#include "daemon.hpp"
#include "identity.hpp"
#include "memory_reserve.hpp"
#include "options.hpp"
#include "orphan_reaper.hpp"
#include "signals.hpp"
#include "stack_naming.hpp"
#include "trace_writer.hpp"

#include <cotrace/tracer.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cotrace::app {

/// One run of cotrace: its sessions, its output, and how it ends.
class run {
public:
    run(options const& wanted, std::optional<identity> as, waiting_command waiting, std::unique_ptr<trace_writer> writer,
        asio::io_context& context);

    /// Traces until all sessions and the trace have ended.
    conclusion run_to_end();

private:
    task<void> trace_all();
    task<void> wait_for_detach();
    task<bool> attach();
    task<bool> launch();
    task<void> handle_signals();
    task<void> read(session& from);
    void start_reading(session& from);
    void write(record const& seen);
    bool is_written(record const& seen);
    void update_from(record const& seen);
    void count_call(record const& seen, syscall_exited const& done);
    void end_at_limit(char const* why);
    void handle_signal(int signal);
    void forward_signal(int signal);
    bool is_launch_pending() const noexcept;
    bool is_command_running() const noexcept;
    void detach_rest();
    void limit_last_write();
    void stop_at_once();
    void detach_and_kill();
    void handle_output_failure(std::string const& why);
    void stop_recording_calls();
    void fail(std::string_view why, int status = failed);
    bool is_awaited(pid child) const;
    bool is_named_by_id(tid thread) const;
    bool is_quiet() const noexcept;

    options const& wanted_;
    std::optional<identity> as_;
    waiting_command waiting_command_;     ///< with -D, the process that executes COMMAND
    std::optional<record> last_execve_;   ///< with -D, the entry of the last execve of `waiting_command_`
    access_filter accesses_;
    asio::io_context& context_;
    memory_reserve memory_;
    std::unique_ptr<trace_writer> writer_;
    std::optional<stack_naming> stack_naming_;   ///< nothing without -k
    signals signals_;   ///< constructed after `writer_`, so that a signal can end cotrace while `writer_` opens a FIFO
    orphan_reaper orphan_reaper_;
    tracer tracer_;
    std::optional<session> attached_;
    std::optional<session> launched_;
    command_process command_;
    asio::steady_timer grace_timer_;    ///< runs for `grace_period` after a signal asked cotrace to end
    asio::steady_timer all_read_;       ///< cancelled when all records of all sessions have been read
    std::vector<tid> not_detached_;     ///< threads that could not be detached in time
    int open_sessions_ = 0;             ///< sessions with records that have not been read
    std::uint64_t printed_calls_ = 0;   ///< calls in the trace; counted only with --syscall-limit
    bool limit_reached_ = false;        ///< the limit of --syscall-limit or --until was reached
    bool finishing_ = false;            ///< all sessions have ended, and the end of the trace is being written
    int failure_status_ = 0;            ///< the exit status for the first failure of cotrace; 0: no failure
    int ending_signal_ = 0;             ///< the signal that ended the tracing; 0: none
    bool had_ended_ = false;            ///< COMMAND had ended when a signal from the keyboard was read
};

}   // namespace cotrace::app
