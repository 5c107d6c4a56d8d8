// SPDX-License-Identifier: BSL-1.0
#include "trace_writer.hpp"

#include "colors.hpp"
#include "diagnostic.hpp"
#include "last_error.hpp"
#include "null_terminated.hpp"
#include "pipe.hpp"
#include "processes.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>
#include <variant>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

namespace cotrace::app {

namespace {

constexpr std::size_t large_write = 16 * 1024;   // about 200 lines; writing them takes little time compared with rendering them
constexpr auto write_delay = std::chrono::milliseconds{20};   // shorter than the polling interval of tail -f
// After `stop_waiting`: the most bytes of text that are kept in memory.
constexpr std::size_t most_unwritten = 64 << 20;

/// A shell that runs a command, and the write end of the pipe that the shell reads.
struct piped {
    detail::unique_fd into;
    pid_t id = -1;
};

result<piped> pipe_into(std::string const& command)
{
    auto ends = make_pipe();
    if (!ends)
        return ends.error();
    auto const from = std::move(ends.value().read);
    piped made{.into = std::move(ends.value().write)};

    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_adddup2(&files, from.get(), STDIN_FILENO);
    std::vector<std::string> arguments{"sh", "-c", command};
    int const error = ::posix_spawn(&made.id, "/bin/sh", &files, nullptr, null_terminated(arguments).data(), environ);
    ::posix_spawn_file_actions_destroy(&files);
    if (error != 0)
        return error_code{error, boost::system::system_category()};
    return made;
}

/// A copy of standard output or standard error with FD_CLOEXEC, so that COMMAND does not inherit it.
result<detail::unique_fd> standard_file(int which)
{
    detail::unique_fd copy{::fcntl(which, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
    if (!copy)
        return last_error();
    return copy;
}

/// The options of the text format. `fd` is the output that all threads share; -1 if there is none, or if it is not open yet.
render::text_options text_options_for(options const& wanted, int fd)
{
    using enum render::thread_prefix;
    auto text = wanted.text;
    bool const several = wanted.follow || wanted.attach.size() + wanted.runs.size() + !wanted.command_line.empty() > 1;
    bool const is_file = wanted.output.is_file() || wanted.playback;   // a recorded trace is shown as in a file
    // With --entries-only, the end of a thread is recorded only for COMMAND, so the number of threads is not known.
    text.threads = wanted.always_show_pid || wanted.entries_only ? always
                   : !is_file                                    ? when_several
                   : wanted.output.separately                    ? never
                   : several                                     ? always
                                                                 : never;
    if (wanted.only_answers) {   // messages about a changed personality are still printed
        text.statuses = ~status_set{};
        text.signals.reset();
    }
    text.exits = !wanted.quiet.exit && !wanted.only_answers;
    text.rings = !wanted.only_answers;
    text.interfaces = !wanted.quiet.personality;
    text.supersedings = !wanted.quiet.thread_execve && !wanted.only_answers;
    text.separate = wanted.output.is_file() && wanted.output.separately;
    text.colors = colors_for(wanted, fd);
    return text;
}

}   // namespace

result<std::unique_ptr<trace_writer>, std::string> trace_writer::open(asio::any_io_executor executor, options const& wanted)
{
    auto made = std::make_unique<trace_writer>(executor, wanted);
    auto const& path = wanted.output.path;
    if (!wanted.answers.report.empty()) {
        auto report = report_file::open(executor, wanted);
        if (!report)
            return outcome::failure(std::move(report).error());
        made->report_ = std::move(report).value();
    }
    if (wanted.output.is_file() && wanted.output.separately) {   // the files of the threads are opened later
        auto const folder = made->names_.folder();
        if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
            return outcome::failure(error_text(folder));
        return made;
    }

    bool const is_recording = wanted.format == output_format::trace_file;
    auto const standard = wanted.playback ? STDOUT_FILENO : STDERR_FILENO;
    std::string const name = !path.empty() ? path : wanted.playback ? "standard output" : "standard error";
    result<detail::unique_fd> opened = detail::unique_fd{};
    if (wanted.output.is_pipe()) {
        auto child = pipe_into(path.substr(1));
        if (!child)
            return outcome::failure(error_text(name, child.error()));
        made->piped_into_id_ = pid{child.value().id};
        made->piped_into_ = open_pidfd(made->piped_into_id_);
        opened = std::move(child.value().into);
    } else {
        opened = path.empty() ? standard_file(standard) : open_file(path, wanted.output.append, is_recording ? 0600 : 0666);
    }
    if (!opened)
        return outcome::failure(error_text(name, opened.error()));
    made->text_ = render::text_renderer{text_options_for(wanted, opened.value().get())};
    made->shared_ = std::make_unique<output>(executor, std::move(opened).value(), name);
    made->deferred_ = made->shared_->is_regular() || wanted.output.is_pipe() || is_recording;
    if (made->format_)
        made->format_->begin(made->shared_->pending());
    return made;
}

trace_writer::trace_writer(asio::any_io_executor executor, options const& wanted)
    : executor_{executor}
    , options_{wanted}
    , deferred_{wanted.output.separately}
    , text_{text_options_for(wanted, -1)}
    , format_{format_view(wanted)}
    , answers_{answers(wanted)}
    , names_{wanted.output}
    , soon_{executor}
{
}

void trace_writer::append(record const& seen)
{
    if (is_given_up())
        return;
    close_former_file(seen);
    bool const wanted = has_views() && is_wanted(seen);
    if (wanted) {
        if (report_)
            check_report(report_->append(seen));
        for (auto const& each : answers_)
            each->append(seen, shared_->pending());
    }
    if (!shared_ && awaits_name(seen)) {
        starts_[raw(seen.thread)].push_back(seen);
        return;
    }
    auto* const into = output_for(seen);
    if (!into->is_given_up()) {
        auto const before = into->pending().size();
        if (auto const kept = starts_.extract(raw(seen.thread)))
            for (auto const& each : kept.mapped())
                render(each, has_views() && is_wanted(each), into->pending());
        render(seen, wanted, into->pending());
        size_ += into->pending().size() - before;
    }
    if (deferred_)
        write_soon();
    // `flush` writes only the shared output. The file of one thread is written here, when it has much pending text.
    if (!shared_ && into->pending().size() >= large_write)
        check(*into, into->flush_now());
    if (std::holds_alternative<thread_exited>(seen.what) || std::holds_alternative<detached>(seen.what))
        finish_file(seen.thread);
}

/// With -ff: whether the record belongs to a launched thread that has not executed its program yet.
bool trace_writer::awaits_name(record const& seen) const
{
    if (auto const* const started = std::get_if<thread_started>(&seen.what))
        return started->how == origin::launched;
    auto const* const entered = std::get_if<syscall_entered>(&seen.what);
    return entered && entered->call->name().starts_with("execve") && starts_.contains(raw(seen.thread));
}

/// With -ff: execve(2) gives the calling thread the id of its thread group leader. Ends the file of the thread's former id.
void trace_writer::close_former_file(record const& seen)
{
    auto const* const end = std::get_if<superseded>(&seen.what);
    auto const* const exec = std::get_if<image_replaced>(&seen.what);
    auto const former = end ? end->by : exec ? exec->former : tid{};
    if (former == tid{})
        return;
    auto const known = own_.find(raw(former));
    if (known == own_.end() || former == seen.thread)
        return;
    if (!format_)
        text_.leave_line(former, seen.thread, known->second->pending());
    finish_file(former, /*ends_calls=*/!options_.text.whole_lines);   // the whole line of the execve(2) is written later
}

/// Whether a record is shown. In the text format, the renderer decides instead.
bool trace_writer::is_wanted(record const& seen) const
{
    if (auto const* const done = std::get_if<syscall_exited>(&seen.what))
        return options_.selects(seen, *done);
    bool const is_trouble = std::holds_alternative<records_lost>(seen.what) || std::holds_alternative<trace_failed>(seen.what);
    if (options_.text.where && !is_trouble && !(*options_.text.where)(seen))
        return false;
    auto const* const signal = std::get_if<signal_received>(&seen.what);
    auto const* const stop = std::get_if<group_stopped>(&seen.what);
    auto const number = static_cast<std::size_t>(signal ? signal->info.si_signo : stop ? raw(stop->signal) : 0);
    return number == 0 || number >= options_.text.signals.size() || options_.text.signals.test(number);
}

/// Appends the text for a record. `wanted` is the result of `is_wanted` for the record.
void trace_writer::render(record const& seen, bool wanted, std::string& to)
{
    if (!format_)
        text_.append(seen, to);
    else if (options_.only_answers)
        return;
    else if (wanted)
        format_->append(seen, to);
    else
        format_->leave_out(seen, to);
}

output* trace_writer::output_for(record const& seen)
{
    if (shared_)
        return shared_.get();
    auto const known = own_.find(raw(seen.thread));
    return known != own_.end() ? known->second.get() : open_for(seen);
}

output* trace_writer::open_for(record const& seen)
{
    auto path = names_.next(seen);
    auto opened = open_file(path, options_.output.append);
    auto& to = own_[raw(seen.thread)];
    to = std::make_unique<output>(executor_, opened ? std::move(opened).value() : detail::unique_fd{}, std::move(path));
    if (!opened)
        check(*to, opened.error());
    return to.get();
}

/// With -ff: closes the file of a thread after its last record. `ends_calls` says whether a call in progress gets its last line.
void trace_writer::finish_file(tid thread, bool ends_calls)
{
    auto const known = own_.find(raw(thread));
    if (known == own_.end())
        return;
    auto& to = *known->second;
    if (ends_calls)
        text_.finish(to.pending(), thread);
    check(to, to.flush_now());
    own_.erase(known);
}

void trace_writer::write_soon()
{
    if (std::exchange(soon_is_set_, true))
        return;
    soon_.expires_after(format_ ? format_->longest_wait() : write_delay);
    soon_.async_wait([this](error_code stopped) {
        soon_is_set_ = false;
        if (!stopped)
            write_all();
    });
}

void trace_writer::write_all()
{
    if (shared_) {
        if (format_)
            format_->flush(shared_->pending());
        asio::co_spawn(executor_, write_shared(), asio::detached);
    }
    for (auto& [thread, each] : own_)
        check(*each, each->flush_now());
}

task<void> trace_writer::write_shared() { check(*shared_, co_await shared_->flush()); }

void trace_writer::print_line(std::string_view what)
{
    if (!shared_ || options_.output.is_file() || is_given_up())
        return print_diagnostic(what);
    shared_->pending().append(program_invocation_name).append(": ").append(what).append("\n");
    if (deferred_)
        write_soon();
}

task<void> trace_writer::flush()
{
    if (!shared_ || (deferred_ && shared_->pending().size() < large_write))
        co_return;
    co_await write_shared();
    if (shared_->unwritten() > most_unwritten)
        give_up(*shared_, "the reader does not read");
}

void trace_writer::write_kept()
{
    if (!format_ || is_given_up())
        return;
    format_->write_kept(shared_->pending());
    write_soon();
}

void trace_writer::stop_waiting()
{
    if (shared_)
        shared_->wait_for_reader(false);
}

task<void> trace_writer::finish()
{
    soon_.cancel();
    if (report_)
        check_report(report_->finish());
    if (shared_) {
        text_.finish(shared_->pending());
        if (format_)
            format_->finish(shared_->pending());
        for (auto const& each : answers_) {
            if (each != answers_.front())
                shared_->pending() += '\n';
            each->finish(shared_->pending());
        }
        shared_->wait_for_reader(true);
        co_await write_shared();
        shared_->close();
    }
    while (!own_.empty())
        finish_file(tid{own_.begin()->first});
    if (incomplete_ > 1)
        print_line(std::to_string(incomplete_) + " files of the trace are incomplete");
    if (piped_into_id_ != pid{})
        co_await reap(executor_, piped_into_id_, piped_into_);
}

void trace_writer::check(output& to, error_code error)
{
    if (error)
        give_up(to, error.message());
}

void trace_writer::check_report(error_code error)
{
    if (!error)
        return;
    auto const failed = std::exchange(report_, nullptr);
    if (on_failure_)
        on_failure_(failed->name() + ": " + error.message());
}

void trace_writer::give_up(output& to, std::string const& why)
{
    if (to.is_given_up())
        return;
    to.give_up();
    given_up_ = given_up_ || shared_;
    if (++incomplete_ == 1 && on_failure_)
        on_failure_(to.name() + ": " + why);
}

void trace_writer::give_up()
{
    given_up_ = true;
    if (shared_)
        shared_->give_up();
    for (auto& [thread, each] : own_)
        each->give_up();
}

}   // namespace cotrace::app
