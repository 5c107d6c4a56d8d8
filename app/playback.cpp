// SPDX-License-Identifier: BSL-1.0
#include "playback.hpp"

#include "diagnostic.hpp"
#include "option_combinations.hpp"
#include "session_setup.hpp"
#include "trace_writer.hpp"

#include <cotrace/trace_file.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <ctime>
#include <exception>
#include <utility>

namespace cotrace::app {

namespace {

using moment = playback_options::moment;

/// Parses a number of seconds, such as "12" or "12.5". Returns nullopt if the text is no such number.
std::optional<std::chrono::nanoseconds> seconds(std::string_view text)
{
    auto const point = std::min(text.find('.'), text.size());
    auto const whole = number<std::uint64_t>(text.substr(0, point));
    auto fraction = std::string{text.substr(std::min(point + 1, text.size()))};
    if (!whole || *whole > 9'000'000'000 || fraction.size() > 9 || (point + 1 == text.size()))
        return std::nullopt;
    fraction.resize(9, '0');
    auto const rest = number<std::uint64_t>(fraction);
    if (!rest)
        return std::nullopt;
    return std::chrono::seconds{static_cast<std::int64_t>(*whole)} + std::chrono::nanoseconds{static_cast<std::int64_t>(*rest)};
}

usage_error set_moment(std::optional<moment>& to, std::string_view text)
{
    auto const wrong = [] { return usage_error{"; expected SECONDS, @SECONDS or HH:MM:SS, with a fraction if wanted"}; };
    moment made{};
    if (text.size() >= 8 && text[2] == ':' && text[5] == ':') {
        auto const hours = number<std::uint64_t>(text.substr(0, 2)), minutes = number<std::uint64_t>(text.substr(3, 2));
        auto const rest = seconds(text.substr(6));
        if (!hours || *hours > 23 || !minutes || *minutes > 59 || !rest || *rest > std::chrono::seconds{61})
            return wrong();
        made = {moment::base::day, std::chrono::hours{*hours} + std::chrono::minutes{*minutes} + *rest};
    } else {
        bool const absolute = text.starts_with('@');
        auto const offset = seconds(text.substr(absolute ? 1 : 0));
        if (!offset)
            return wrong();
        made = {absolute ? moment::base::epoch : moment::base::begin, *offset};
    }
    to = made;
    return no_error;
}

playback_options& playback_of(options& all)
{
    if (!all.playback)
        all.playback.emplace();
    return *all.playback;
}

timestamp time_of(moment const& which, trace_file_head const& head)
{
    switch (which.from) {
    case moment::base::begin: return head.begin_of_clock + which.offset;
    case moment::base::epoch: break;
    case moment::base::day: {
        auto const begin = std::chrono::floor<std::chrono::seconds>(head.begin).time_since_epoch().count();
        std::tm day{};
        auto const at = static_cast<std::time_t>(begin);
        ::localtime_r(&at, &day);
        day.tm_hour = day.tm_min = day.tm_sec = 0;
        auto const midnight = timestamp{std::chrono::seconds{std::mktime(&day)}} + which.offset;
        return midnight - head.begin + head.begin_of_clock;
    }
    }
    return timestamp{which.offset};
}

/// What the options ask for and the trace file does not contain, separated by commas.
std::string missing(options const& wanted, capture_options const& asked, trace_file_head const& head)
{
    auto const& had = head.capture;
    auto const& fds = asked.descriptors;
    std::string all;
    auto const note = [&](bool lacks, std::string_view what) {
        if (lacks)
            all.append(all.empty() ? "" : ", ").append(what);
    };
    note(asked.string_limit > had.string_limit, "strings of more than " + std::to_string(had.string_limit) + " bytes");
    note((asked.verbose || wanted.in_full) && !had.verbose, "whole structures and arrays (-v)");
    note(fds.path && !had.descriptors.path, "paths of file descriptors (-y)");
    note((fds.socket && !had.descriptors.socket) || (fds.device && !had.descriptors.device)
             || (fds.counter && !had.descriptors.counter) || (fds.process && !had.descriptors.process)
             || (fds.signals && !had.descriptors.signals),
         "details of file descriptors (-yy)");
    note(asked.processes.command && !had.processes.command, "names of processes (-Y)");
    note(asked.thread_names && !had.names_threads(), "names of threads");
    note(asked.processes.outside && !had.processes.outside, "process ids in cotrace's pid namespace (--decode-pids=pidns)");
    note(asked.contexts && !had.contexts, "SELinux contexts (--secontext)");
    note(asked.stacks.any() && !had.stacks.any(), "call stacks (-k)");
    note(wanted.has_summary() && !wanted.counts.wall_clock && !head.system_times,
         "CPU times of calls (the summary has wall clock times)");
    note(!asked.read_from.empty() || !asked.written_to.empty(), "data for -e read and -e write beyond the recorded strings");
    return all;
}

/// Sets options, such as the clock, to the values that the head of the trace file has for them.
void adapt(options& wanted, trace_file_head const& head)
{
    wanted.follow = head.follow;
    wanted.clock = head.clock;
    set_text(wanted);
    if (wanted.host_label.empty())
        wanted.host_label = head.host;
    if (wanted.has_summary() && !head.system_times)
        wanted.counts.wall_clock = true;
    wanted.quiet.attach = wanted.quiet.personality = true;   // as if a command was traced with -o
}

/// Reads the file and writes the trace.
class player {
public:
    player(options const& wanted, trace_file_reader file, std::unique_ptr<trace_writer> writer)
        : wanted_{wanted}
        , file_{std::move(file)}
        , writer_{std::move(writer)}
    {
    }

    task<void> play_all()
    {
        writer_->on_failure([this](std::string const& why) { fail(why); });
        constexpr unsigned per_flush = 256;
        record seen;
        for (unsigned count = 1; !writer_->is_given_up() && file_.next(seen); ++count) {
            if (is_wanted(seen))
                writer_->append(seen);
            if (count % per_flush == 0)
                co_await writer_->flush();
        }
        co_await writer_->finish();
        if (auto const error = file_.error())
            fail(wanted_.playback->file + ": " + error.message());
    }

    int status() const noexcept { return status_; }

private:
    bool is_wanted(record const& seen) const
    {
        auto const* const entry = std::get_if<syscall_entered>(&seen.what);
        auto const* const exit = std::get_if<syscall_exited>(&seen.what);
        auto const* const call = entry ? entry->call.get() : exit ? exit->call.get() : nullptr;
        return call == nullptr || wanted_.calls.wants(*call);
    }

    void fail(std::string const& why)
    {
        print_diagnostic(why);
        status_ = failed;
    }

    options const& wanted_;
    trace_file_reader file_;
    std::unique_ptr<trace_writer> writer_;
    int status_ = 0;
};

}   // namespace

usage_error set_from(options& to, std::string_view time) { return set_moment(playback_of(to).from, time); }
usage_error set_to(options& to, std::string_view time) { return set_moment(playback_of(to).to, time); }

usage_error set_played_words(options& to, std::vector<std::string> const& words)
{
    auto& wanted = *to.playback;
    if (words.empty())
        return "view: must have a FILE";
    wanted.file = words.front();
    for (auto each = words.begin() + 1; each != words.end(); ++each) {
        auto const id = number<std::int32_t>(*each);
        if (!id || *id <= 0)
            return "view: '" + *each + "' is not a process id";
        wanted.processes.push_back(pid{*id});
    }
    return no_error;
}

usage_error contradicts_playback(options const& all)
{
    bool const is_view = all.playback && !all.playback->file.empty();
    if (all.playback && !is_view)
        return "--from and --to must be given with `cotrace view FILE`";
    std::pair<bool, char const*> const tracing[] = {
        {!all.attach.empty(), "-p/--attach"},
        {!all.sources.empty(), "--attach-tree, --attach-cgroup, --attach-name and --attach-all"},
        {!all.runs.empty(), "--run"},
        {!all.environment.empty(), "-E/--env"},
        {!all.user.empty(), "-u/--user"},
        {!all.argv0.empty(), "--argv0"},
        {!all.injections.empty(), "-e inject and -e fault"},
        {all.daemon != daemon::no, "-D/--daemonize"},
        {all.observe != observing::no, "--observe"},
        {all.entries_only, "--entries-only"},
        {all.detach_at_exec, "-b/--detach-on"},
        {all.kill_on_exit, "--kill-on-exit"},
        {all.has_limit(), "--syscall-limit, --stop-after and --until"},
        {all.format == output_format::trace_file, "--record"},
    };
    for (auto const& [given, name] : tracing)
        if (is_view && given)
            return std::string{name} + " cannot be used with view, which traces nothing";
    return no_error;
}

conclusion play(options wanted)
{
    auto opened = trace_file_reader::open(wanted.playback->file);
    if (!opened) {
        print_diagnostic(wanted.playback->file + ": " + opened.error().message());
        return {.status = failed};
    }
    auto& file = opened.value();
    auto const& head = file.head();
    auto const accesses = resolved_accesses(wanted);
    // The options that a session would have if it traced with the same options of the command line.
    auto const live = session_options_for(wanted, accesses, std::nullopt);
    if (auto const lacks = missing(wanted, live.capture, head); !lacks.empty())
        print_diagnostic(wanted.playback->file + ": not recorded: " + lacks);
    adapt(wanted, head);
    file.decode_with(live.capture, live.in_full, live.flat);
    file.only_accesses(accesses);
    auto const& limits = *wanted.playback;
    file.only_between(limits.from ? time_of(*limits.from, head) : timestamp::min(),
                      limits.to ? time_of(*limits.to, head) : timestamp::max());
    file.only_of(limits.processes);

    asio::io_context context{1};
    auto writer = trace_writer::open(context.get_executor(), wanted);
    if (!writer) {
        print_diagnostic(writer.error());
        return {.status = failed};
    }
    player playing{wanted, std::move(file), std::move(writer).value()};
    asio::co_spawn(context, playing.play_all(), [](std::exception_ptr broken) {
        if (broken)
            std::rethrow_exception(broken);
    });
    context.run();
    return {.status = playing.status()};
}

}   // namespace cotrace::app
