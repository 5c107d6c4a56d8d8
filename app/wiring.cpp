// SPDX-License-Identifier: BSL-1.0
#include "wiring.hpp"

#include "daemon.hpp"
#include "descriptor.hpp"
#include "identity.hpp"
#include "memory_reserve.hpp"
#include "orphans.hpp"
#include "processes.hpp"
#include "session_setup.hpp"
#include "signals.hpp"
#include "trace_writer.hpp"

#include <cotrace/tracer.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <exception>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <poll.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace cotrace::app {

namespace {

using namespace std::chrono_literals;

/// After a signal asked cotrace to end: how long the end of the trace may stay unwritten without progress, and how long
/// filtered processes may run on before a message.
constexpr auto grace_period = 2s;

std::string reason(failure const& why)
{
    auto text = why.code.message();
    if (why.other != tid{})
        text += " (by " + std::to_string(raw(why.other)) + ")";
    return text;
}

bool is_from_keyboard(int signal) noexcept { return signal == SIGINT || signal == SIGQUIT; }

/// One run of the command: its targets, its output, and what it ends with.
class run {
public:
    run(options const& wanted, std::optional<identity> as, waiting_command waiting, std::unique_ptr<trace_writer> writer,
        asio::io_context& context)
        : wanted_{wanted}
        , as_{std::move(as)}
        , waiting_{std::move(waiting)}
        , accesses_{resolved_accesses(wanted)}
        , context_{context}
        , writer_{std::move(writer)}
        , signals_{context.get_executor(), wanted.interrupt}
        , orphans_{context.get_executor()}
        , tracer_{context.get_executor()}
        , grace_timer_{context}
        , all_read_{context, asio::steady_timer::time_point::max()}
    {}

    conclusion run_to_end();

private:
    task<void> work();
    task<void> wait_for_detach();
    task<bool> attach();
    task<bool> launch();
    task<void> serve_signals();
    task<void> read(session& from);
    void start_reading(session& from);
    void take(record const& seen);
    bool is_of_command(record const& seen);
    void note(record const& seen);
    void count(syscall_exited const& done);
    void answer(int signal);
    void pass_on(int signal);
    bool is_to_launch() const noexcept;
    bool is_command_running() const;
    void let_rest_go();
    void limit_last_write();
    void end_now();
    void let_all_go();
    void lose_trace(std::string const& why);
    void discard_calls();
    void fail(std::string_view why, int status = failed);
    bool is_awaited(pid child) const;
    bool is_named_by_id(tid thread) const;
    bool is_quiet() const noexcept;

    options const& wanted_;
    std::optional<identity> as_;
    waiting_command waiting_;          ///< with -D, the process that executes COMMAND; its records before that are not written
    std::optional<record> exec_;       ///< the entry of the last execve of `waiting_`
    access_filter accesses_;
    asio::io_context& context_;
    memory_reserve memory_;
    std::unique_ptr<trace_writer> writer_;
    signals signals_;                  ///< signals are blocked after the output is open, so that they interrupt the opening of a FIFO
    orphan_reaper orphans_;
    tracer tracer_;
    std::optional<session> attached_;
    std::optional<session> launched_;
    descriptor root_;                  ///< a pidfd of COMMAND; empty if pidfd_open(2) is denied
    bool root_ended_ = false;
    asio::steady_timer grace_timer_;   ///< runs after a signal
    asio::steady_timer all_read_;      ///< cancelled when all records of all sessions have been read
    std::vector<tid> not_detached_;    ///< threads that could not be detached in time
    int reading_ = 0;
    std::uint64_t calls_ = 0;          ///< number of printed calls
    bool limit_reached_ = false;       ///< --syscall-limit
    bool finishing_ = false;           ///< all sessions have ended, and the end of the trace is written
    int failure_ = 0;                  ///< the exit status for a failure of cotrace
    int ended_by_ = 0;                 ///< the signal that ended the tracing
    bool ended_before_ = false;        ///< COMMAND had ended when a signal from the keyboard was read
    std::optional<conclusion> root_end_;   ///< how COMMAND ended
};

conclusion run::run_to_end()
{
    writer_->on_failure([this](std::string const& why) { lose_trace(why); });
    asio::co_spawn(context_, serve_signals(), asio::detached);
    asio::co_spawn(context_, orphans_.run([this](pid child) { return is_awaited(child); }), asio::detached);
    asio::co_spawn(context_, work(), [this](std::exception_ptr broken) {
        context_.stop();
        if (broken)
            std::rethrow_exception(broken);
    });
    try {
        context_.run();
    } catch (std::bad_alloc const&) {   // the memory reserve is used up too; the destructor of the tracer ends the sessions
        complain_of_memory();
        failure_ = failed;
    }
    if (failure_ != 0)
        return {.status = failure_};
    if (root_end_)
        return *root_end_;
    return {.signal = ended_by_};
}

task<void> run::work()
{
    bool const going = co_await attach() && co_await launch();
    if (!going)
        let_all_go();
    while (reading_ > 0)
        co_await all_read_.async_wait(use_tuple);
    // With -b or --syscall-limit, COMMAND may have been detached.
    if (launched_ && !root_end_ && failure_ == 0 && !limit_reached_ && !wanted_.detach_at_exec)
        fail("the exit status of '" + wanted_.words.front() + "' is not known");
    finishing_ = true;
    if (ended_by_ != 0 && !is_from_keyboard(ended_by_))
        limit_last_write();
    co_await writer_->finish();
    if (launched_ && failure_ == 0)
        co_await wait_for_detach();
}

/// Waits until the launched threads in `not_detached_` are detached. The kernel would kill them if cotrace ended
/// before that.
task<void> run::wait_for_detach()
{
    asio::steady_timer next_look{context_};
    for (tid const each : not_detached_)
        while (tracer_of(each) == tid{::getpid()}) {
            next_look.expires_after(20ms);
            co_await next_look.async_wait(use_tuple);
        }
}

/// Attaches to all processes that can be attached to, with one session, so that their
/// records are in order. False if there is nothing to trace.
task<bool> run::attach()
{
    if (wanted_.words.empty())   // otherwise COMMAND would inherit the raised limit; `launch` raises it after the launch
        raise_descriptor_limit();
    auto left = wanted_.attach;
    auto const own_process = waiting_.process == pid{} ? std::nullopt : std::optional{leader(waiting_.process)};
    while ((!left.empty() || !wanted_.sources.empty()) && !attached_) {
        auto all = wanted_.sources;
        std::ranges::transform(left, std::back_inserter(all), [](pid each) { return targets::process{each}; });
        auto started = co_await tracer_.async_attach(std::move(all), session_options_for(wanted_, accesses_, own_process));
        if (started) {
            attached_.emplace(std::move(started).value());
            break;
        }
        auto const& why = started.error();
        auto refused = std::ranges::find(left, pid{raw(why.thread)});
        if (refused == left.end())
            refused = std::ranges::find(left, process_of(why.thread));
        if (refused == left.end()) {
            fail(why.message());
            co_return false;
        }
        complain("cannot attach to " + std::to_string(raw(*refused)) + ": " + reason(why));
        left.erase(refused);
    }
    if (!attached_) {
        if (wanted_.words.empty())
            failure_ = failed;
        co_return !wanted_.words.empty();
    }
    for (auto const process : left) {
        auto const threads = wanted_.follow ? threads_of(process) : 1;
        if (!is_quiet())
            writer_->say("Process " + std::to_string(raw(process)) + " attached"
                         + (threads > 1 ? " with " + std::to_string(threads) + " threads" : ""));
    }
    start_reading(*attached_);
    if (waiting_.attached) {
        [[maybe_unused]] auto const written = ::write(waiting_.attached.get(), "", 1);
        waiting_.attached = descriptor{};
    }
    co_return true;
}

task<bool> run::launch()
{
    if (wanted_.words.empty())
        co_return true;
    auto started = co_await tracer_.async_launch(command_for(wanted_, as_, signals_.before()),
                                                 session_options_for(wanted_, accesses_, tid{}));
    if (!started) {
        auto const& why = started.error();
        // If the execve failed, the reason concerns COMMAND. Any other operation that failed concerns cotrace.
        if (!why.operation.starts_with("execve"))
            fail(why.message());
        else
            fail(wanted_.words.front() + ": " + why.code.message(),
                 why.code == boost::system::errc::no_such_file_or_directory ? not_found : cannot_run);
        co_return false;
    }
    launched_.emplace(std::move(started).value());
    raise_descriptor_limit();
    root_ = descriptor{static_cast<int>(::syscall(SYS_pidfd_open, raw(launched_->root()), 0))};
    if (ended_by_ != 0)
        pass_on(ended_by_);
    if (writer_->is_given_up())
        discard_calls();
    start_reading(*launched_);
    co_return true;
}

void run::start_reading(session& from)
{
    ++reading_;
    asio::co_spawn(context_, read(from), [this](std::exception_ptr broken) {
        if (broken)
            std::rethrow_exception(broken);
        if (--reading_ == 0)
            all_read_.cancel();
    });
}

task<void> run::read(session& from)
{
    std::vector<record> batch;
    for (;;) {
        batch.clear();
        auto const [error, count] = co_await from.async_read(batch, use_tuple);
        if (error || count == 0)
            co_return;
        for (auto const& seen : batch)
            take(seen);
        if (memory_.is_used() && !writer_->is_given_up()) {
            writer_->give_up();
            lose_trace("out of memory");
        }
        co_await writer_->flush();
    }
}

void run::take(record const& seen)
{
    // After the call limit, only the records of a detach are written: unfinished calls, and threads that could not be
    // detached.
    bool const is_of_end = std::holds_alternative<detached>(seen.what) || std::holds_alternative<trace_failed>(seen.what);
    if (!is_of_command(seen) || (limit_reached_ && !is_of_end))
        return;
    note(seen);
    writer_->append(seen);
    if (auto const* const done = std::get_if<syscall_exited>(&seen.what))
        count(*done);
}

/// Whether a record is written. With -D, the calls that cotrace itself makes before the execve of COMMAND are not.
bool run::is_of_command(record const& seen)
{
    if (waiting_.process == pid{} || seen.thread != leader(waiting_.process)
        || std::holds_alternative<thread_started>(seen.what))
        return true;
    auto const* const entry = std::get_if<syscall_entered>(&seen.what);
    if (entry && entry->call->name().starts_with("execve"))
        exec_ = seen;
    bool const replaced = std::holds_alternative<image_replaced>(seen.what);
    if (!replaced && !std::holds_alternative<thread_exited>(seen.what))
        return false;
    waiting_.process = pid{};
    if (replaced && exec_)
        take(*std::exchange(exec_, std::nullopt));
    return true;
}

void run::count(syscall_exited const& done)
{
    if (limit_reached_ || wanted_.call_limit == 0 || !wanted_.text.statuses.has(status_of(done.outcome))
        || ++calls_ < wanted_.call_limit)
        return;
    limit_reached_ = true;
    if (!is_quiet())
        writer_->say("System call limit has been reached, detaching tracees");
    for (auto* const each : {&attached_, &launched_})
        if (*each)
            (void)(*each)->detach();
}

/// Prints "Process N attached" and the like, and remembers the end of COMMAND and threads that could not be detached.
void run::note(record const& seen)
{
    auto const says = [&](char const* what) {
        if (!is_quiet())
            writer_->say("Process " + std::to_string(raw(seen.thread)) + " " + what);
    };
    if (auto const* const started = std::get_if<thread_started>(&seen.what)) {
        if (started->parent != tid{} || (started->how == origin::attached && !is_named_by_id(seen.thread)))
            says("attached");
    } else if (std::holds_alternative<detached>(seen.what)) {
        says("detached");
    } else if (auto const* const failed = std::get_if<trace_failed>(&seen.what)) {
        auto const& why = failed->what;
        if (why.code != errc::uninterruptible && why.code != errc::not_stopped)
            return;
        not_detached_.push_back(seen.thread);
        if (wanted_.output.is_file())   // the message must also be seen while cotrace waits for the detach
            complain(why.message());
    } else if (auto const* const end = std::get_if<thread_exited>(&seen.what)) {
        if (!launched_ || seen.thread != leader(launched_->root()))
            return;
        root_ended_ = true;
        if (end->known)
            root_end_ = end->killed ? conclusion{.signal = end->status} : conclusion{.status = end->status};
        if (ended_by_ != 0)
            let_rest_go();
    }
}

/// Whether the tracer itself reaps a child that it does not trace: with --entries-only, COMMAND.
bool run::is_awaited(pid child) const
{
    return wanted_.entries_only && (!launched_ || child == launched_->root());
}

/// Whether a thread was attached because the command line has its process id. `attach` has printed that already.
bool run::is_named_by_id(tid thread) const
{
    auto const& ids = wanted_.attach;
    return wanted_.sources.empty() || (!ids.empty() && std::ranges::find(ids, process_of(thread)) != ids.end());
}

bool run::is_quiet() const noexcept
{
    // The formats other than text have records for this.
    return wanted_.quiet.attach || wanted_.format != output_format::text;
}

task<void> run::serve_signals()
{
    for (;;)
        answer(co_await signals_.next());
}

void run::answer(int signal)
{
    using enum interruptible;
    if (wanted_.interrupt == never || wanted_.interrupt == never_stops)
        return;
    // The terminal sends such a signal to COMMAND too, and COMMAND decides what to do. The first such signal that is
    // read after the end of COMMAND may be the one that ended COMMAND, so it is ignored.
    if (is_from_keyboard(signal) && wanted_.interrupt == by_default && !wanted_.words.empty()
        && (is_command_running() || !std::exchange(ended_before_, true)))
        return;
    bool const again = std::exchange(ended_by_, signal) != 0;
    if (again || (reading_ == 0 && !finishing_ && !is_to_launch()))
        return end_now();
    // From now on, the traced threads must not wait for a slow reader of the trace.
    if (!finishing_)
        writer_->stop_waiting();
    else if (!is_from_keyboard(signal))
        limit_last_write();
    if (attached_)
        (void)attached_->detach();
    if (launched_)
        pass_on(signal);
}

void run::pass_on(int signal)
{
    if (!is_command_running())
        return let_rest_go();
    for (int const each : {signal, SIGCONT}) {
        bool const sent = ::syscall(SYS_pidfd_send_signal, root_.get(), each, nullptr, 0) == 0;
        // A seccomp profile may deny pidfds. The process id is safe to use, because COMMAND has not been reaped.
        if (!sent && errno != ESRCH && !root_ended_)
            ::kill(raw(launched_->root()), each);
    }
}

/// Whether COMMAND is not yet launched. With a filter in the kernel, COMMAND may already run, because the launch
/// completes in a later turn of the event loop. A signal that arrives before is passed on after the launch.
bool run::is_to_launch() const noexcept { return !wanted_.words.empty() && !launched_ && !finishing_; }

/// Whether there is a COMMAND that has not ended. A pidfd is readable when its process has ended.
bool run::is_command_running() const
{
    if (!root_)
        return !wanted_.words.empty() && !root_ended_;
    pollfd ended{root_.get(), POLLIN, 0};
    return !wanted_.words.empty() && ::poll(&ended, 1, 0) == 0;
}

/// Detaches from the processes that COMMAND left running when it ended.
void run::let_rest_go()
{
    auto const done = launched_->detach();
    if (done || done.error() != errc::filtered)
        return;
    grace_timer_.expires_after(grace_period);
    grace_timer_.async_wait([this](error_code stopped) {
        if (!stopped && reading_ > 0)
            complain("cannot detach from the processes that COMMAND left running, because the kernel filters their calls; "
                     "waiting for their end, another signal kills them");
    });
}

/// Ends cotrace if nothing more of the trace was written for `grace_period`.
void run::limit_last_write()
{
    grace_timer_.expires_after(grace_period);
    grace_timer_.async_wait([this, before = writer_->unwritten()](error_code stopped) {
        if (stopped)
            return;
        if (writer_->unwritten() < before)
            return limit_last_write();
        end_now();
    });
}

/// Stops the event loop. The destructor of the tracer then ends the sessions.
void run::end_now()
{
    if (writer_->unwritten() > 0 && !writer_->is_given_up())
        complain("the end of the trace could not be written in time");
    context_.stop();
}

void run::let_all_go()
{
    if (attached_)
        (void)attached_->detach();
    if (launched_)
        (void)launched_->kill();
}

/// The trace, or with -ff one of its files, cannot be written any more.
void run::lose_trace(std::string const& why)
{
    complain(why + "; the trace is incomplete from here");
    if (wanted_.on_output_error != output_error::go_on || wanted_.words.empty())
        failure_ = failed;
    if (wanted_.on_output_error == output_error::kill)
        return let_all_go();
    if (!writer_->is_given_up())
        return;
    if (attached_)
        (void)attached_->detach();
    if (launched_)
        discard_calls();
}

/// Stops recording the calls of COMMAND. COMMAND stays traced, because a detach may not be possible, and because its
/// exit status is needed. With -e inject or -e fault, the calls are recorded as before, so that the rules still apply.
void run::discard_calls()
{
    if (wanted_.injections.empty())
        (void)launched_->set_filter(filter{"none"});
}

void run::fail(std::string_view why, int status)
{
    complain(why);
    if (failure_ == 0)
        failure_ = status;
    let_all_go();
}

} // namespace

void complain(std::string_view line)
{
    std::string_view const pieces[] = {program_invocation_short_name, ": ", line, "\n"};
    iovec text[std::size(pieces)];
    std::ranges::transform(pieces, text, [](std::string_view each) {
        return iovec{const_cast<char*>(each.data()), each.size()};   // writev(2) does not write to it
    });
    // A failure of this write cannot be reported anywhere.
    [[maybe_unused]] auto const written = ::writev(STDERR_FILENO, text, std::size(text));
}

conclusion trace(options wanted)
{
    auto as = find_identity(wanted.user);
    if (!as) {
        complain(as.error());
        return {.status = failed};
    }
    waiting_command waiting;
    if (wanted.daemon != daemon::no) {
        auto left = leave_to_command(wanted, as.value());
        if (!left) {
            complain(left.error());
            return {.status = failed};
        }
        waiting = std::move(left).value();
        wanted.attach.insert(wanted.attach.begin(), waiting.process);
        wanted.words.clear();
    }
    asio::io_context context{1};
    auto opened = trace_writer::open(context.get_executor(), wanted);
    if (!opened) {
        complain(opened.error());
        return {.status = failed};
    }
    return run{wanted, std::move(as).value(), std::move(waiting), std::move(opened).value(), context}.run_to_end();
}

} // namespace cotrace::app
