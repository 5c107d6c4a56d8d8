// SPDX-License-Identifier: BSL-1.0
#include "run.hpp"

#include "diagnostic.hpp"
#include "failure_text.hpp"
#include "last_error.hpp"
#include "processes.hpp"
#include <cotrace/detail/unique_fd.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <iterator>
#include <new>
#include <utility>
#include <variant>

#include <unistd.h>

namespace cotrace::app {

using namespace std::chrono_literals;

run::run(options const& wanted, std::optional<identity> as, waiting_command waiting, std::unique_ptr<trace_writer> writer,
         asio::io_context& context)
    : wanted_{wanted}
    , as_{std::move(as)}
    , waiting_command_{std::move(waiting)}
    , accesses_{resolved_accesses(wanted)}
    , commands_{commands_of(wanted)}
    , is_launching_{!commands_.empty()}
    , context_{context}
    , writer_{std::move(writer)}
    , signals_{context.get_executor(), wanted.interrupt, wanted.keep_last.any()}
    , orphan_reaper_{context.get_executor()}
    , tracer_{context.get_executor()}
    , grace_timer_{context}
    , all_read_{context, asio::steady_timer::time_point::max()}
    , limits_{context.get_executor(), wanted, [this](std::string const& message) { end_at_limit(message); }}
{
    observes_ = wanted.observe != observing::no;
    if (wanted.capture.stacks.any() && !wanted.only_answers)
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
    return conclude();
}

/// If nothing failed, cotrace ends as COMMAND ended or, with --run, with the highest status of all commands. If no end is known,
/// cotrace ends by `ending_signal_`.
conclusion run::conclude() const
{
    if (failure_status_ != 0)
        return {.status = failure_status_};
    if (not_started_)
        return {.status = failed};
    std::optional<conclusion> highest;
    for (auto const& each : launched_) {
        auto end = each.process.end();
        if (end && !wanted_.runs.empty() && end->signal != 0)
            end = conclusion{.status = 128 + end->signal};
        if (end && (!highest || end->status > highest->status))
            highest = end;
    }
    return highest.value_or(conclusion{.signal = ending_signal_});
}

task<void> run::trace_all()
{
    bool const going = co_await attach() && co_await launch_all();
    if (!going)
        detach_and_kill();
    limits_.start();
    while (open_sessions_ > 0)
        co_await all_read_.async_wait(use_tuple);
    limits_.stop();
    // With -b or a limit, COMMAND may have been detached. Then an unknown exit status is no failure.
    for (auto const& each : launched_)
        if (!each.process.end() && failure_status_ == 0 && !limits_.is_reached() && !wanted_.detach_at_exec)
            fail("the exit status of '" + each.name + "' is not known");
    if (lost_ != 0)
        print_diagnostic(std::to_string(lost_) + " records were lost: use a larger --buffer-size, or trace fewer calls");
    finishing_ = true;
    if (ending_signal_ != 0 && !is_from_keyboard(ending_signal_))
        limit_last_write();
    co_await writer_->finish();
    if (launched_.empty() || failure_status_ != 0)
        co_return;
    co_await wait_for_detach();
    if (limits_.is_reached())
        co_await wait_for_commands();
}

/// Waits for the end of the commands, which were detached at a limit.
task<void> run::wait_for_commands()
{
    awaits_commands_ = true;
    grace_timer_.cancel();
    for (auto& each : launched_)
        if (!each.process.end())
            co_await each.process.wait_for_end(context_.get_executor());
}

/// Waits until no thread in `not_detached_` is traced, because the end of cotrace would kill those that were launched.
task<void> run::wait_for_detach()
{
    asio::steady_timer next_look{context_};
    for (tid const each : not_detached_)
        while (tracer_of(each) == tid{::getpid()}) {
            next_look.expires_after(20ms);
            co_await next_look.async_wait(use_tuple);
        }
}

session_options run::options_for(std::optional<tid> own_process) const
{
    auto made = session_options_for(wanted_, accesses_, own_process);
    if (observes_)
        made.how = tracing::observation;
    return made;
}

/// Whether to try again with ptrace, because of --observe=try. If so, prints why observation is not possible.
bool run::falls_back(failure const& why)
{
    if (!observes_ || wanted_.observe != observing::if_possible
        || (why.code != errc::not_observable && why.code != errc::not_by_observation))
        return false;
    print_diagnostic(why.message() + "; tracing with ptrace");
    observes_ = false;
    return true;
}

/// Attaches to all processes that can be attached to, with one session, so that their records are in chronological order. Returns
/// false if the run must end.
task<bool> run::attach()
{
    // With a COMMAND, `launch_all` raises the limit after the launch, so that COMMAND does not inherit the raised limit.
    if (commands_.empty())
        raise_descriptor_limit();
    auto left = wanted_.attach;
    auto const own_process = waiting_command_.process == pid{} ? std::nullopt : std::optional{leader(waiting_command_.process)};
    while ((!left.empty() || !wanted_.sources.empty()) && !attached_) {
        auto all = wanted_.sources;
        for (pid const each : left)
            all.emplace_back(targets::process{each});
        auto [error, target] = co_await tracer_.async_attach(std::move(all), options_for(own_process), use_tuple);
        if (!error) {
            attached_.emplace(std::move(target));
            break;
        }
        auto const why = target.why();
        if (falls_back(why))
            continue;
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
        if (commands_.empty())
            failure_status_ = failed;
        co_return !commands_.empty();
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
        waiting_command_.attached = detail::unique_fd{};
    }
    co_return true;
}

/// Returns false if no process is traced or, without --run, if COMMAND could not be launched.
task<bool> run::launch_all()
{
    for (auto const& each : commands_) {
        bool const started = co_await launch(each);
        if (!started && wanted_.runs.empty())
            co_return false;
    }
    is_launching_ = false;
    if (!launched_.empty())
        raise_descriptor_limit();
    co_return !launched_.empty() || attached_;
}

task<bool> run::launch(command_words const& which)
{
    auto options = options_for(tid{});
    options.label = which.label;
    auto [error, target] =
        co_await tracer_.async_launch(command_for(which, wanted_, as_, signals_.before()), std::move(options), use_tuple);
    if (error && falls_back(target.why()))
        co_return co_await launch(which);
    if (error) {
        report_failed_launch(which, target.why());
        co_return false;
    }
    auto& made = launched_.emplace_back();
    made.name = which.words.front();
    made.target = std::move(target);
    made.process.set_launched(made.target.root());
    if (ending_signal_ != 0)
        forward_signal(made, ending_signal_);
    if (writer_->is_given_up())
        stop_recording_calls();
    if (limits_.is_reached())   // the processes that were traced already may have reached a limit during this launch
        (void)made.target.detach();
    start_reading(made.target);
    co_return true;
}

void run::report_failed_launch(command_words const& which, failure const& why)
{
    // A failed execve is reported as an error of COMMAND, and any other failed operation as an error of cotrace.
    constexpr std::string_view execve = "execve ";
    bool const is_of_command = why.operation.starts_with(execve);
    auto text = why.message();
    if (why.operation.starts_with("PTRACE_") && why.code == boost::system::errc::operation_not_permitted)
        text += why_launch_not_permitted();
    if (is_of_command) {
        auto const path = why.operation.substr(execve.size());
        text = command_error(which.words.front(), path, why.code);
    }
    if (!wanted_.runs.empty()) {   // the other commands are traced
        print_diagnostic(text);
        not_started_ = true;
    } else if (is_of_command) {
        fail(text, why.code == boost::system::errc::no_such_file_or_directory ? not_found : cannot_run);
    } else {
        fail(text);
    }
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
    if (!is_written(seen))
        return;
    // After a limit, only two kinds of records are written: `detached` ends the line of a call in progress, and `trace_failed`
    // can report a failed detach.
    bool const is_of_end = std::holds_alternative<detached>(seen.what) || std::holds_alternative<trace_failed>(seen.what);
    if (limits_.is_reached() && !is_of_end) {
        if (std::holds_alternative<thread_exited>(seen.what))   // this record may have the exit status of COMMAND
            update_from(seen);
        return;
    }
    auto const* const done = std::get_if<syscall_exited>(&seen.what);
    if (done == nullptr && !std::holds_alternative<syscall_entered>(seen.what))
        update_from(seen);
    writer_->append(seen);
    if (done != nullptr)
        limits_.count(seen, *done);
    limits_.note_size(writer_->size());
    limits_.check_condition(seen);
}

/// With -D, the process that will execute COMMAND first runs code of cotrace. Of the records of that code, only `thread_started`
/// and the last execve(2) are written.
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

void run::end_at_limit(std::string const& message)
{
    if (!message.empty())
        writer_->print_line(message);
    writer_->write_kept();
    if (attached_)
        (void)attached_->detach();
    for (auto& each : launched_)
        (void)each.target.detach();
}

/// Prints "Process N attached" or "Process N detached" if the record says so, and remembers what the end of the run needs.
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
    } else if (auto const* const lost = std::get_if<records_lost>(&seen.what)) {
        lost_ += lost->count;
    } else if (auto const* const failed = std::get_if<trace_failed>(&seen.what)) {
        auto const& why = failed->what;
        if (why.code != errc::uninterruptible && why.code != errc::not_stopped)
            return;
        not_detached_.push_back(seen.thread);
        if (wanted_.output.is_file())   // the message must also be seen while cotrace waits for the detach
            print_diagnostic(why.message());
    } else if (auto const* const end = std::get_if<thread_exited>(&seen.what)) {
        auto const of = std::ranges::find_if(
            launched_, [&](launched_command const& each) { return seen.thread == leader(each.target.root()); });
        if (of == launched_.end())
            return;
        of->process.set_ended(*end);
        if (ending_signal_ != 0)
            detach_rest(*of);
    }
}

/// Whether `orphan_reaper_` must not reap `child`, because the tracer or `wait_for_commands` does. Before all commands are
/// launched, the ids of commands are not known.
bool run::is_awaited(pid child) const
{
    auto const is_root = [&](launched_command const& each) { return child == each.target.root(); };
    bool const is_reaped_by_tracer = wanted_.entries_only || observes_;
    return (is_reaped_by_tracer || limits_.is_reached()) && (is_launching_ || std::ranges::any_of(launched_, is_root));
}

/// Whether a thread was attached because the id of its process is on the command line.
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

void run::detach_and_kill()
{
    if (attached_)
        (void)attached_->detach();
    for (auto& each : launched_)
        (void)each.target.kill();
}

/// To be called when the trace, or with -ff one of its files, cannot be written any more.
void run::handle_output_failure(std::string const& why)
{
    print_diagnostic(why + "; the trace is incomplete from here");
    if (wanted_.on_output_error != output_error::go_on || commands_.empty())
        failure_status_ = failed;
    if (wanted_.on_output_error == output_error::kill)
        return detach_and_kill();
    if (!writer_->is_given_up())
        return;
    if (attached_)
        (void)attached_->detach();
    stop_recording_calls();
}

/// Makes the sessions of all commands record no more calls. A filter that selects no call would also end injections.
void run::stop_recording_calls()
{
    if (!wanted_.injections.empty())
        return;
    for (auto& each : launched_)
        (void)each.target.set_filter(filter{"none"});
}

void run::fail(std::string_view why, int status)
{
    print_diagnostic(why);
    if (failure_status_ == 0)
        failure_status_ = status;
    detach_and_kill();
}

}   // namespace cotrace::app
