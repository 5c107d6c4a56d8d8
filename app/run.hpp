// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "command_process.hpp"
#include "conclusion.hpp"
#include "daemon.hpp"
#include "identity.hpp"
#include "limit_watch.hpp"
#include "memory_reserve.hpp"
#include "options.hpp"
#include "orphan_reaper.hpp"
#include "session_setup.hpp"
#include "signals.hpp"
#include "stack_naming.hpp"
#include "trace_writer.hpp"

#include <cotrace/tracer.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
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

    /// Traces until all sessions have ended; after a limit, until the commands have ended. Returns how cotrace is to end.
    conclusion run_to_end();

private:
    /// A command that was launched, and the session that traces it.
    struct launched_command {
        std::string name;
        session target;
        command_process process;
    };

    task<void> trace_all();
    task<void> wait_for_detach();
    task<void> wait_for_commands();
    conclusion conclude() const;
    session_options options_for(std::optional<tid> own_process) const;
    bool falls_back(failure const& why);
    task<bool> attach();
    task<bool> launch_all();
    task<bool> launch(command_words const& which);
    void report_failed_launch(command_words const& which, failure const& why);
    task<void> handle_signals();
    task<void> read(session& from);
    void start_reading(session& from);
    void write(record const& seen);
    bool is_written(record const& seen);
    void update_from(record const& seen);
    void end_at_limit(std::string const& message);
    void handle_signal(int signal);
    void forward_signal(int signal);
    void forward_signal(launched_command& to, int signal);
    bool is_launch_pending() const noexcept;
    bool is_command_running() const noexcept;
    void detach_rest(launched_command& of);
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
    /// With -D: the process that will execute COMMAND; otherwise, and after its execve or end, `process` is `pid{}`.
    waiting_command waiting_command_;
    std::optional<record> last_execve_;   ///< with -D, the entry of the last execve of `waiting_command_`
    access_filter accesses_;
    std::vector<command_words> commands_;
    bool is_launching_;   ///< true until `launch_all` has tried to launch all of `commands_`
    asio::io_context& context_;
    memory_reserve memory_;
    std::unique_ptr<trace_writer> writer_;
    std::optional<stack_naming> stack_naming_;   ///< empty if no call stacks are printed
    /// Blocks signals. Constructed after the output was opened, because a signal must end a blocking open of a FIFO.
    signals signals_;
    orphan_reaper orphan_reaper_;
    tracer tracer_;
    std::optional<session> attached_;
    std::list<launched_command> launched_;
    asio::steady_timer grace_timer_;   ///< measures `grace_period` after a signal asked cotrace to end
    asio::steady_timer all_read_;      ///< never expires; cancelled when all records of all sessions have been read
    std::vector<tid> not_detached_;    ///< threads that could not be detached in time
    int open_sessions_ = 0;            ///< number of sessions that may still have records to read
    limit_watch limits_;
    bool observes_ = false;      ///< whether to observe with BPF programs instead of tracing with ptrace
    std::uint64_t lost_ = 0;     ///< number of records that were lost
    bool finishing_ = false;     ///< whether all sessions have ended, and the end of the trace is being written
    bool not_started_ = false;   ///< with --run: whether one of the commands could not be launched
    /// Whether cotrace waits for the end of the commands, after the trace has ended at a limit.
    bool awaits_commands_ = false;
    int failure_status_ = 0;   ///< the exit status for the first failure of cotrace; 0: no failure
    int ending_signal_ = 0;    ///< the last signal that asked cotrace to end; 0: none
    bool had_ended_ = false;   ///< whether a SIGINT or SIGQUIT was ignored after the end of COMMAND
};

}   // namespace cotrace::app
