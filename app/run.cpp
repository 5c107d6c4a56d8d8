// SPDX-License-Identifier: BSL-1.0
#include "run.hpp"

#include "descriptor.hpp"
#include "diagnostic.hpp"
#include "last_error.hpp"
#include "processes.hpp"
#include "session_setup.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <exception>
#include <fstream>
#include <iterator>
#include <new>
#include <utility>
#include <variant>

#include <unistd.h>

namespace cotrace::app {

namespace {

using namespace std::chrono_literals;

/// The duration of two time limits that start after a signal asked cotrace to end. First, cotrace ends at once if
/// nothing more of the trace was written for this time. Second, a message is printed after this time if cotrace still
/// waits for the end of processes that cannot be detached while a seccomp filter selects their calls.
constexpr auto grace_period = 2s;

std::string reason_of(failure const& why)
{
    auto text = why.code.message();
    if (why.other != tid{})
        text += " (by " + std::to_string(raw(why.other)) + ")";
    if (why.code == boost::system::errc::operation_not_permitted)
        text += why_not_permitted(process_of(why.thread));
    return text;
}

/// If execve(2) failed because the interpreter of a script does not exist, ": bad interpreter: FILE", otherwise empty. `why`
/// names the script: "execve FILE".
std::string missing_interpreter(failure const& why)
{
    if (why.code != boost::system::errc::no_such_file_or_directory)
        return {};
    std::ifstream script{why.operation.substr(std::min(why.operation.find(' ') + 1, why.operation.size()))};
    std::string line;
    std::getline(script, line);
    if (!line.starts_with("#!"))
        return {};
    auto const begin = std::min(line.find_first_not_of(" \t", 2), line.size());
    auto const file = line.substr(begin, line.find_first_of(" \t", begin) - begin);
    if (::access(file.c_str(), F_OK) == 0)   // the interpreter lacks its own interpreter
        return {};
    std::string shown;
    for (unsigned char const c : file)   // for example a carriage return at the end of the line
        c < ' ' || c == 0x7f ? shown.append("\\").append(1, c == '\r' ? 'r' : '?') : shown.append(1, static_cast<char>(c));
    return ": bad interpreter: " + shown;
}

bool is_from_keyboard(int signal) noexcept { return signal == SIGINT || signal == SIGQUIT; }

}   // namespace

run::run(options const& wanted, std::optional<identity> as, waiting_command waiting, std::unique_ptr<trace_writer> writer,
         asio::io_context& context)
    : wanted_{wanted}
    , as_{std::move(as)}
    , waiting_command_{std::move(waiting)}
    , accesses_{resolved_accesses(wanted)}
    , context_{context}
    , writer_{std::move(writer)}
    , signals_{context.get_executor(), wanted.interrupt}
    , orphan_reaper_{context.get_executor()}
    , tracer_{context.get_executor()}
    , grace_timer_{context}
    , all_read_{context, asio::steady_timer::time_point::max()}
{
    if (wanted.capture.stacks.any() && !wanted.summary_only)
        stack_naming_.emplace(wanted.stack_sources);
}

conclusion run::run_to_end()
{
    writer_->on_failure([this](std::string const& why) { handle_output_failure(why); });
    asio::co_spawn(context_, handle_signals(), asio::detached);
    asio::co_spawn(context_, orphan_reaper_.run([this](pid child) { return is_awaited(child); }), asio::detached);
    asio::co_spawn(context_, trace_all(), [this](std::exception_ptr broken) {
        context_.stop();
        if (broken)
            std::rethrow_exception(broken);
    });
    try {
        context_.run();
    } catch (std::bad_alloc const&) {   // the memory reserve is used up too; the destructor of the tracer ends the sessions
        print_out_of_memory();
        failure_status_ = failed;
    }
    if (failure_status_ != 0)
        return {.status = failure_status_};
    if (command_.end())
        return *command_.end();
    return {.signal = ending_signal_};
}

task<void> run::trace_all()
{
    bool const going = co_await attach() && co_await launch();
    if (!going)
        detach_and_kill();
    while (open_sessions_ > 0)
        co_await all_read_.async_wait(use_tuple);
    // With -b, --syscall-limit or --until, COMMAND may have been detached. Then an unknown exit status is no failure.
    if (launched_ && !command_.end() && failure_status_ == 0 && !limit_reached_ && !wanted_.detach_at_exec)
        fail("the exit status of '" + wanted_.command_line.front() + "' is not known");
    finishing_ = true;
    if (ending_signal_ != 0 && !is_from_keyboard(ending_signal_))
        limit_last_write();
    co_await writer_->finish();
    if (launched_ && failure_status_ == 0)
        co_await wait_for_detach();
}

/// Waits until the launched threads in `not_detached_` are detached. The kernel would kill these threads if cotrace
/// ended while they are traced.
task<void> run::wait_for_detach()
{
    asio::steady_timer next_look{context_};
    for (tid const each : not_detached_)
        while (tracer_of(each) == tid{::getpid()}) {
            next_look.expires_after(20ms);
            co_await next_look.async_wait(use_tuple);
        }
}

/// Attaches to all processes that can be attached to. All of them belong to one session, so
/// that their records are in the order of time. Returns false if there is nothing to trace.
task<bool> run::attach()
{
    // If COMMAND is launched, `launch` raises the limit of open files after the launch, so that COMMAND does not
    // inherit the raised limit.
    if (wanted_.command_line.empty())
        raise_descriptor_limit();
    auto left = wanted_.attach;
    auto const own_process = waiting_command_.process == pid{} ? std::nullopt : std::optional{leader(waiting_command_.process)};
    while ((!left.empty() || !wanted_.sources.empty()) && !attached_) {
        auto all = wanted_.sources;
        for (pid const each : left)
            all.emplace_back(targets::process{each});
        auto [error, target] =
            co_await tracer_.async_attach(std::move(all), session_options_for(wanted_, accesses_, own_process), use_tuple);
        if (!error) {
            attached_.emplace(std::move(target));
            break;
        }
        auto const why = target.why();
        auto refused = std::ranges::find(left, pid{raw(why.thread)});
        if (refused == left.end())
            refused = std::ranges::find(left, process_of(why.thread));
        if (refused == left.end()) {
            fail(why.message());
            co_return false;
        }
        print_diagnostic("cannot attach to " + std::to_string(raw(*refused)) + ": " + reason_of(why));
        left.erase(refused);
    }
    if (!attached_) {
        if (wanted_.command_line.empty())
            failure_status_ = failed;
        co_return !wanted_.command_line.empty();
    }
    for (auto const process : left) {
        auto const threads = wanted_.follow ? thread_count(process) : 1;
        if (!is_quiet())
            writer_->print_line("Process " + std::to_string(raw(process)) + " attached"
                                + (threads > 1 ? " with " + std::to_string(threads) + " threads" : ""));
    }
    start_reading(*attached_);
    if (waiting_command_.attached) {
        [[maybe_unused]] auto const written = ::write(waiting_command_.attached.get(), "", 1);
        waiting_command_.attached = descriptor{};
    }
    co_return true;
}

task<bool> run::launch()
{
    if (wanted_.command_line.empty())
        co_return true;
    auto [error, target] = co_await tracer_.async_launch(command_for(wanted_, as_, signals_.before()),
                                                         session_options_for(wanted_, accesses_, tid{}), use_tuple);
    if (error) {
        auto const why = target.why();
        // A failed execve is reported as an error of COMMAND, and any other failed operation as an error of cotrace.
        if (!why.operation.starts_with("execve"))
            fail(why.message());
        else
            fail(error_text(wanted_.command_line.front() + missing_interpreter(why), why.code),
                 why.code == boost::system::errc::no_such_file_or_directory ? not_found : cannot_run);
        co_return false;
    }
    launched_.emplace(std::move(target));
    raise_descriptor_limit();
    command_.set_launched(launched_->root());
    if (ending_signal_ != 0)
        forward_signal(ending_signal_);
    if (writer_->is_given_up())
        stop_recording_calls();
    start_reading(*launched_);
    co_return true;
}

void run::start_reading(session& from)
{
    ++open_sessions_;
    asio::co_spawn(context_, read(from), [this](std::exception_ptr broken) {
        if (broken)
            std::rethrow_exception(broken);
        if (--open_sessions_ == 0)
            all_read_.cancel();
    });
}

task<void> run::read(session& from)
{
    std::vector<record> batch;
    for (;;) {
        batch.clear();
        auto const [error, count] = co_await from.async_read(batch, use_tuple);
        if (stack_naming_)
            co_await stack_naming_->resolve(batch);
        for (auto const& seen : batch)
            write(seen);
        if (memory_.has_run_out() && !writer_->is_given_up()) {
            writer_->give_up();
            handle_output_failure("out of memory");
        }
        if (error || count == 0)
            co_return;
        co_await writer_->flush();
    }
}

void run::write(record const& seen)
{
    // After the limit of --syscall-limit or --until is reached, only records about the detach are written: calls that were
    // interrupted by the detach, and threads that could not be detached.
    bool const is_of_end = std::holds_alternative<detached>(seen.what) || std::holds_alternative<trace_failed>(seen.what);
    if (!is_written(seen) || (limit_reached_ && !is_of_end))
        return;
    auto const* const done = std::get_if<syscall_exited>(&seen.what);
    if (done == nullptr && !std::holds_alternative<syscall_entered>(seen.what))
        update_from(seen);
    writer_->append(seen);
    if (done != nullptr)
        count_call(seen, *done);
    if (!limit_reached_ && wanted_.until && (*wanted_.until)(seen))
        end_at_limit("The condition of --until holds, detaching tracees");
}

/// Whether a record is written. With -D, the calls that cotrace itself makes before the execve of COMMAND are not
/// written.
bool run::is_written(record const& seen)
{
    if (waiting_command_.process == pid{} || seen.thread != leader(waiting_command_.process)
        || std::holds_alternative<thread_started>(seen.what))
        return true;
    auto const* const entry = std::get_if<syscall_entered>(&seen.what);
    if (entry && entry->call->name().starts_with("execve"))
        last_execve_ = seen;
    bool const replaced = std::holds_alternative<image_replaced>(seen.what);
    if (!replaced && !std::holds_alternative<thread_exited>(seen.what))
        return false;
    waiting_command_.process = pid{};
    if (replaced && last_execve_)
        write(*std::exchange(last_execve_, std::nullopt));
    return true;
}

void run::count_call(record const& seen, syscall_exited const& done)
{
    if (wanted_.call_limit != 0 && !limit_reached_ && wanted_.selects(seen, done) && ++printed_calls_ >= wanted_.call_limit)
        end_at_limit("System call limit has been reached, detaching tracees");
}

/// Detaches from all processes. From now on, only records about the detach are written.
void run::end_at_limit(char const* why)
{
    limit_reached_ = true;
    if (!is_quiet())
        writer_->print_line(why);
    for (auto* const each : {&attached_, &launched_})
        if (*each)
            (void)(*each)->detach();
}

/// Prints "Process N attached" or "Process N detached". Remembers how COMMAND ended, and which threads could not be
/// detached.
void run::update_from(record const& seen)
{
    auto const says = [&](char const* what) {
        if (!is_quiet())
            writer_->print_line("Process " + std::to_string(raw(seen.thread)) + " " + what);
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
            print_diagnostic(why.message());
    } else if (auto const* const end = std::get_if<thread_exited>(&seen.what)) {
        if (!launched_ || seen.thread != leader(launched_->root()))
            return;
        command_.set_ended(*end);
        if (ending_signal_ != 0)
            detach_rest();
    }
}

/// Whether the tracer reaps this child although it does not trace the child. With --entries-only, COMMAND is such a
/// child.
bool run::is_awaited(pid child) const { return wanted_.entries_only && (!launched_ || child == launched_->root()); }

/// Whether a thread was attached because the id of its process is on the command line. For such a process, `attach` has
/// printed "Process N attached" already.
bool run::is_named_by_id(tid thread) const
{
    auto const& ids = wanted_.attach;
    return wanted_.sources.empty() || (!ids.empty() && std::ranges::find(ids, process_of(thread)) != ids.end());
}

bool run::is_quiet() const noexcept
{
    // Messages such as "Process N attached" are part of the text format. The other formats have records in their place.
    return wanted_.quiet.attach || wanted_.format != output_format::text;
}

task<void> run::handle_signals()
{
    for (;;)
        handle_signal(co_await signals_.next());
}

void run::handle_signal(int signal)
{
    using enum interruptible;
    if (wanted_.interrupt == never || wanted_.interrupt == never_stops)
        return;
    // The terminal sends a signal from the keyboard to COMMAND too, and COMMAND decides what to do. The first such
    // signal that is read after the end of COMMAND may be the signal that ended COMMAND, so it is ignored.
    if (is_from_keyboard(signal) && wanted_.interrupt == by_default && !wanted_.command_line.empty()
        && (is_command_running() || !std::exchange(had_ended_, true)))
        return;
    bool const again = std::exchange(ending_signal_, signal) != 0;
    if (again || (open_sessions_ == 0 && !finishing_ && !is_launch_pending()))
        return stop_at_once();
    // From now on, the traced threads must not wait for a slow reader of the trace.
    if (!finishing_)
        writer_->stop_waiting();
    else if (!is_from_keyboard(signal))
        limit_last_write();
    if (attached_)
        (void)attached_->detach();
    if (launched_)
        forward_signal(signal);
}

void run::forward_signal(int signal)
{
    if (!is_command_running())
        return detach_rest();
    command_.send(signal);
    command_.send(SIGCONT);
}

/// Whether the launch of COMMAND has not completed. If a seccomp filter selects the calls, COMMAND may already run, as
/// the launch completes in a later turn of the event loop. A signal that arrives before the launch has completed is
/// passed on to COMMAND after the launch.
bool run::is_launch_pending() const noexcept { return !wanted_.command_line.empty() && !launched_ && !finishing_; }

/// Whether there is a COMMAND that has not ended.
bool run::is_command_running() const noexcept { return !wanted_.command_line.empty() && command_.is_running(); }

/// Detaches from the processes that COMMAND left running when it ended.
void run::detach_rest()
{
    auto const done = launched_->detach();
    if (done || done.error() != errc::filtered)
        return;
    grace_timer_.expires_after(grace_period);
    grace_timer_.async_wait([this](error_code stopped) {
        if (!stopped && open_sessions_ > 0)
            print_diagnostic(
                "cannot detach from the processes that COMMAND left running, because the kernel filters their calls; "
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
        stop_at_once();
    });
}

/// Stops the event loop. The destructor of the tracer then ends the sessions.
void run::stop_at_once()
{
    if (writer_->unwritten() > 0 && !writer_->is_given_up())
        print_diagnostic("the end of the trace could not be written in time");
    context_.stop();
}

void run::detach_and_kill()
{
    if (attached_)
        (void)attached_->detach();
    if (launched_)
        (void)launched_->kill();
}

/// To be called when the trace, or with -ff one of its files, cannot be written any more. `why` is the reason.
void run::handle_output_failure(std::string const& why)
{
    print_diagnostic(why + "; the trace is incomplete from here");
    if (wanted_.on_output_error != output_error::go_on || wanted_.command_line.empty())
        failure_status_ = failed;
    if (wanted_.on_output_error == output_error::kill)
        return detach_and_kill();
    if (!writer_->is_given_up())
        return;
    if (attached_)
        (void)attached_->detach();
    if (launched_)
        stop_recording_calls();
}

/// Stops recording the calls of COMMAND. COMMAND stays traced, because a detach may not be possible, and because its
/// exit status is needed. With -e inject or -e fault, the calls are recorded as before, so that the rules still apply.
void run::stop_recording_calls()
{
    if (wanted_.injections.empty())
        (void)launched_->set_filter(filter{"none"});
}

void run::fail(std::string_view why, int status)
{
    print_diagnostic(why);
    if (failure_status_ == 0)
        failure_status_ = status;
    detach_and_kill();
}

}   // namespace cotrace::app
