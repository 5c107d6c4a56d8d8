// SPDX-License-Identifier: BSL-1.0
#include "wiring.hpp"

#include "daemon.hpp"
#include "descriptor.hpp"
#include "environment.hpp"
#include "identity.hpp"
#include "tampering.hpp"
#include "trace_writer.hpp"

#include <cotrace/tracer.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <dirent.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace cotrace::app {

namespace {

using namespace std::chrono_literals;

constexpr auto grace = 2s;   // for a command that was asked to end; the help names it

/// The signals that are ours to answer, blocked from here on: after this the
/// process ends, and a pending SIGPIPE must not tell how.
///
/// They are read from a signalfd, not caught: a caught signal's disposition
/// would be reset by the subject's exec, where an ignored one has to stay so.
class signals {
public:
    signals(asio::any_io_executor executor, interruptible how) : arrived_{executor}
    {
        sigset_t blocked, read;
        ::sigemptyset(&blocked);
        ::sigemptyset(&read);
        for (int const each : {SIGINT, SIGQUIT, SIGTERM})
            ::sigaddset(&read, each);
        // nohup(1) wants it ignored. The others may be ignored only because a script's shell does so
        // for what it starts with "&"; they can be sent to us all the same, as to strace.
        if (!is_ignored(SIGHUP))
            ::sigaddset(&read, SIGHUP);
        blocked = read;
        ::sigaddset(&blocked, SIGPIPE);   // a reader that left is an error of write(2)
        if (how == interruptible::never_stops)
            ::sigaddset(&blocked, SIGTSTP);
        ::sigprocmask(SIG_BLOCK, &blocked, &before_);
        arrived_.assign(::signalfd(-1, &read, SFD_CLOEXEC | SFD_NONBLOCK));
    }

    /// The mask from before, which is the subject's.
    sigset_t const& before() const noexcept { return before_; }

    task<int> next()
    {
        signalfd_siginfo info{};
        while (::read(arrived_.native_handle(), &info, sizeof info) != sizeof info)
            co_await arrived_.async_wait(asio::posix::stream_descriptor::wait_read, use_tuple);
        co_return static_cast<int>(info.ssi_signo);
    }

private:
    static bool is_ignored(int signal) noexcept
    {
        struct sigaction now {};
        return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
    }

    asio::posix::stream_descriptor arrived_;
    sigset_t before_{};
};

/// What to launch; `as` is whom to launch it as.
command command_for(options const& wanted, std::optional<identity> const& as, sigset_t const& mask)
{
    command made{wanted.words};
    made.signal_mask = mask;
    if (!wanted.environment.empty())
        made.environment = changed_environment(wanted.environment);
    if (!wanted.argv0.empty())
        made.executable = std::exchange(made.argv.front(), wanted.argv0);
    if (as) {
        made.user = as->user;
        made.group = as->group;
        made.groups = as->groups;
    }
    return made;
}

/// The paths of -P, and where they lead if that is elsewhere: a descriptor's is without links.
access_filter resolved(options const& wanted)
{
    auto accesses = wanted.accesses;
    for (auto const& path : wanted.accesses.paths) {
        std::unique_ptr<char, decltype(&::free)> const leads_to{::realpath(path.c_str(), nullptr), ::free};
        if (!leads_to || path == leads_to.get())
            continue;
        accesses.paths.emplace_back(leads_to.get());
        if (wanted.quiet.path_resolution)
            continue;
        std::string line = "Requested path ";
        render::append_quoted(path, wanted.text, line);
        line += " resolved into ";
        render::append_quoted(leads_to.get(), wanted.text, line);
        complain(line);
    }
    return accesses;
}

/// `ours` is who runs our own code until it executes COMMAND, see `interceptors_for`.
session_options session_options_for(options const& wanted, access_filter const& accesses, std::optional<tid> ours)
{
    session_options made;
    made.filter = wanted.calls;
    made.accesses = accesses;
    made.follow = wanted.follow;
    made.placing = wanted.placing;
    made.capture = wanted.capture;
    made.in_full = wanted.in_full;
    made.flat = wanted.flat;
    made.detach_at_exec = wanted.detach_at_exec;
    if (wanted.entries_only)
        made.how = tracing::notification;
    made.system_times = wanted.summary || wanted.summary_only;
    made.interceptors = interceptors_for(wanted.injections, ours);
    // As strace, which has the kernel send them: see `side_effects::signal`.
    if (std::ranges::any_of(wanted.injections, [](auto const& each) { return each.what.signal != signo::none; }))
        made.in_kernel = kernel_filter::off;
    if (wanted.summary_only) {
        made.entries = false;
        made.capture.decode = false;
    }
    return made;
}

/// The process that a thread belongs to.
pid process_of(tid thread)
{
    std::ifstream status{"/proc/" + std::to_string(raw(thread)) + "/status"};
    for (std::string word; status >> word;)
        if (std::int32_t id = 0; word == "Tgid:" && status >> id)
            return pid{id};
    return pid{raw(thread)};
}

std::size_t threads_of(pid process)
{
    std::unique_ptr<DIR, int (*)(DIR*)> const tasks{
        ::opendir(("/proc/" + std::to_string(raw(process)) + "/task").c_str()), ::closedir};
    std::size_t count = 0;
    if (tasks)
        while (auto const* const entry = ::readdir(tasks.get()))
            count += entry->d_name[0] != '.';
    return count;
}

std::string reason(failure const& why)
{
    auto text = why.code.message();
    if (why.other != tid{})
        text += " (by " + std::to_string(raw(why.other)) + ")";
    return text;
}

/// One run of the command: its targets, its output, and what it ends with.
class run {
public:
    run(options const& wanted, std::optional<identity> as, waiting_command waiting, asio::io_context& context)
        : wanted_{wanted}
        , as_{std::move(as)}
        , waiting_{std::move(waiting)}
        , accesses_{resolved(wanted)}
        , context_{context}
        , signals_{context.get_executor(), wanted.interrupt}
        , tracer_{context.get_executor()}
        , patience_{context}
        , all_read_{context, asio::steady_timer::time_point::max()}
    {}

    conclusion to_end();

private:
    task<void> work();
    task<bool> attach();
    task<bool> launch();
    task<void> serve_signals();
    task<void> read(session& from);
    void start_reading(session& from);
    void take(record const& seen);
    bool unveils(record const& seen);
    void note(record const& seen);
    void count(syscall_exited const& done);
    void answer(int signal);
    void ask_launched_to_end(int signal);
    void let_all_go();
    void fail(std::string_view why, int status = failed);
    bool is_named_by_id(tid thread) const;
    bool is_quiet() const noexcept;

    options const& wanted_;
    std::optional<identity> as_;
    waiting_command waiting_;          ///< with -D, what becomes COMMAND; until then, nobody is to see what it does
    std::optional<record> exec_;       ///< the last execve that it tried
    access_filter accesses_;
    asio::io_context& context_;
    signals signals_;
    tracer tracer_;
    std::unique_ptr<trace_writer> writer_;
    std::optional<session> attached_;
    std::optional<session> launched_;
    descriptor root_;                  ///< a pidfd of what was launched; none where pidfd_open(2) is denied
    bool root_ended_ = false;
    asio::steady_timer patience_;      ///< how long the launched may take to end
    asio::steady_timer all_read_;      ///< cancelled when no session is read any more
    int reading_ = 0;
    std::uint64_t calls_ = 0;          ///< that were printed
    bool limit_reached_ = false;       ///< --syscall-limit
    int failure_ = 0;                  ///< the status for a failure of ours
    int ended_by_ = 0;                 ///< the signal that ended the tracing
    conclusion subject_;               ///< how the launched ended
};

conclusion run::to_end()
{
    auto opened = trace_writer::open(context_.get_executor(), wanted_, signals_.before());
    if (!opened) {
        complain(opened.error());
        return {.status = failed};
    }
    writer_ = std::move(opened).value();
    writer_->on_failure([this](std::string const& why) { fail(why); });

    asio::co_spawn(context_, serve_signals(), asio::detached);
    asio::co_spawn(context_, work(), [this](std::exception_ptr broken) {
        context_.stop();
        if (broken)
            std::rethrow_exception(broken);
    });
    context_.run();

    if (ended_by_ != 0)
        return {.signal = ended_by_};
    return failure_ != 0 ? conclusion{.status = failure_} : subject_;
}

task<void> run::work()
{
    bool const going = co_await attach() && co_await launch();
    if (!going)
        let_all_go();
    while (reading_ > 0)
        co_await all_read_.async_wait(use_tuple);
    if (launched_ && failure_ == 0 && !limit_reached_) {
        auto const [error, end] = co_await launched_->async_wait(use_tuple);
        if (wanted_.detach_at_exec && !error && !end.known)
            subject_ = {};   // it was let go
        else if (error || !end.known)
            fail("how '" + wanted_.words.front() + "' ended is not known");
        else
            subject_ = end.killed ? conclusion{.signal = end.status} : conclusion{.status = end.status};
    }
    co_await writer_->finish();
}

/// Attaches to all that can be attached to, as one session, whose records are
/// in order. False when there is nothing to trace.
task<bool> run::attach()
{
    auto left = wanted_.attach;
    auto const ours = waiting_.process == pid{} ? std::nullopt : std::optional{leader(waiting_.process)};
    while ((!left.empty() || !wanted_.sources.empty()) && !attached_) {
        auto all = wanted_.sources;
        std::ranges::transform(left, std::back_inserter(all), [](pid each) { return targets::process{each}; });
        auto started = co_await tracer_.async_attach(std::move(all), session_options_for(wanted_, accesses_, ours));
        if (started) {
            attached_.emplace(std::move(started).value());
            break;
        }
        auto const& why = started.error();
        auto culprit = std::ranges::find(left, pid{raw(why.thread)});
        if (culprit == left.end())
            culprit = std::ranges::find(left, process_of(why.thread));
        if (culprit == left.end()) {
            fail(why.message());
            co_return false;
        }
        complain("cannot attach to " + std::to_string(raw(*culprit)) + ": " + reason(why));
        left.erase(culprit);
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
        [[maybe_unused]] auto const told = ::write(waiting_.attached.get(), "", 1);
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
        // Whatever is not about the file is about us, and the operation tells.
        if (!why.operation.starts_with("execve"))
            fail(why.message());
        else
            fail(wanted_.words.front() + ": " + why.code.message(),
                 why.code == boost::system::errc::no_such_file_or_directory ? not_found : cannot_run);
        co_return false;
    }
    launched_.emplace(std::move(started).value());
    root_ = descriptor{static_cast<int>(::syscall(SYS_pidfd_open, raw(launched_->root()), 0))};
    if (ended_by_ != 0)
        ask_launched_to_end(ended_by_);
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
        co_await writer_->flush();
    }
}

void run::take(record const& seen)
{
    // Beyond the limit, all that is still of interest is how the calls under way were left.
    if (!unveils(seen) || (limit_reached_ && !std::holds_alternative<detached>(seen.what)))
        return;
    note(seen);
    writer_->append(seen);
    if (auto const* const done = std::get_if<syscall_exited>(&seen.what))
        count(*done);
}

/// With -D, what is done to become COMMAND is ours, not COMMAND's.
bool run::unveils(record const& seen)
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

/// What the records mean for us, beside being written.
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
    } else if (std::holds_alternative<thread_exited>(seen.what)) {
        if (!launched_ || seen.thread != leader(launched_->root()))
            return;
        root_ended_ = true;
        // The command did as it was asked; what it left behind must end too.
        if (ended_by_ != 0)
            (void)launched_->kill();
    }
}

/// Whether it was attached because of its id, which has been said.
bool run::is_named_by_id(tid thread) const
{
    auto const& ids = wanted_.attach;
    return wanted_.sources.empty() || (!ids.empty() && std::ranges::find(ids, process_of(thread)) != ids.end());
}

bool run::is_quiet() const noexcept
{
    // The other formats have lines of their own for this.
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
    bool const from_keyboard = signal == SIGINT || signal == SIGQUIT;
    if (wanted_.interrupt == never || wanted_.interrupt == never_stops)
        return;
    // The terminal sent it to the launched as well, whose answer is the one that counts.
    if (from_keyboard && wanted_.interrupt == by_default && !wanted_.words.empty())
        return;
    bool const again = std::exchange(ended_by_, signal) != 0;
    if (again || reading_ == 0) {
        context_.stop();   // the sessions end with their tracer
        return;
    }
    if (attached_)
        (void)attached_->detach();
    if (launched_)
        ask_launched_to_end(signal);
}

/// Hands the signal on, and makes sure that it is obeyed.
void run::ask_launched_to_end(int signal)
{
    for (int const each : {signal, SIGCONT}) {
        bool const sent = ::syscall(SYS_pidfd_send_signal, root_.get(), each, nullptr, 0) == 0;
        // A seccomp profile may deny what is about pidfds. Until COMMAND has ended, its id is its own.
        if (!sent && errno != ESRCH && !root_ended_)
            ::kill(raw(launched_->root()), each);
    }
    patience_.expires_after(grace);
    patience_.async_wait([this](error_code stopped) {
        if (stopped)
            return;
        (void)launched_->kill();
        // The dead may still be held up by an output that nobody reads.
        patience_.expires_after(grace);
        patience_.async_wait([this](error_code stopped_again) {
            if (stopped_again)
                return;
            complain("the end of the trace could not be written in time");
            context_.stop();
        });
    });
}

void run::let_all_go()
{
    if (attached_)
        (void)attached_->detach();
    if (launched_)
        (void)launched_->kill();
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
    auto const text = std::string{program_invocation_short_name} + ": " + std::string{line} + "\n";
    // Nobody can be told that this failed.
    [[maybe_unused]] auto const written = ::write(STDERR_FILENO, text.data(), text.size());
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
    return run{wanted, std::move(as).value(), std::move(waiting), context}.to_end();
}

} // namespace cotrace::app
