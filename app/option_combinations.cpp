// SPDX-License-Identifier: BSL-1.0
#include "option_combinations.hpp"

#include "playback.hpp"
#include "recording.hpp"

#include <cotrace/render/perfetto.hpp>
#include <cotrace/stack.hpp>
#include <cotrace/trace_file.hpp>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

namespace cotrace::app {

namespace {

usage_error not_together(std::string_view one, std::string_view other)
{
    return std::string{one} + " and " + std::string{other} + " cannot be provided simultaneously";
}

/// An error if an option was given in both its short and its long form.
usage_error mixed_forms(short_forms const& given, bool separately)
{
    if (given.daemon && given.long_daemon)
        return not_together("-D", "--daemonize");
    if (given.times && given.long_times)
        return not_together("-t", "--absolute-timestamps");
    if (given.hex && given.long_hex)
        return not_together("-x", "--strings-in-hex");
    if (given.follow && given.long_follow)
        return not_together("-f", "--follow-forks");
    if (given.follow > 1 && separately)
        return not_together("-ff", "--output-separately");
    if (given.quiet && given.long_quiet)
        return not_together("-q", "-e quiet/--quiet");
    if (given.stacks && given.long_stacks)
        return not_together("-k", "--stack-trace");
    return no_error;
}

/// The name of a given option that cannot be combined with --entries-only; nullptr if there is none.
char const* excluded_by_entries_only(options const& all)
{
    std::pair<bool, char const*> const others[] = {
        {!all.attach.empty(), "-p/--attach"},
        {!all.sources.empty(), "--attach-cgroup, --attach-name or --attach-tree"},
        {!all.injections.empty(), "-e inject or -e fault"},
        {all.daemon != app::daemon::no, "-D/--daemonize"},
        {all.detach_at_exec, "-b/--detach-on"},
        {all.call_limit != 0, "--syscall-limit"},
        {all.stop_after.any(), "--stop-after"},
        {all.threads_only, "--threads-only"},
        {all.most_generations.has_value(), "--max-depth"},
        {all.in_kernel == kernel_filter::off, "--in-kernel-filter=never"},
        {all.until.has_value(), "--until"},
        {all.output.separately, "-ff/--output-separately"},
        {all.capture.stacks.any(), all.counts_stacks() ? "--format=folded" : "-k/--stack-trace"},
        {all.has_summary(), "-c/--summary-only or -C/--summary"},
        {all.text.durations, "-T/--syscall-times"},
        {all.text.whole_lines, "--whole-lines"},
        {all.capture.namespaces, "-e namespace/--namespace"},
        {all.capture.virtual_cpus, "-e kvm/--kvm"},
        {!all.text.statuses.is_all(), "-z, -Z or -e status"},
    };
    auto const* const found = std::ranges::find(others, true, &std::pair<bool, char const*>::first);
    return found != std::end(others) ? found->second : nullptr;
}

/// The name of a given option that cannot be combined with --observe; nullptr if there is none.
char const* excluded_by_observation(options const& all)
{
    std::pair<bool, char const*> const others[] = {
        {all.entries_only, "--entries-only"},
        {!all.injections.empty(), "-e inject or -e fault"},
        {all.daemon != app::daemon::no, "-D/--daemonize"},
        {all.detach_at_exec, "-b/--detach-on"},
        {all.capture.stacks.any(), all.counts_stacks() ? "--format=folded" : "-k/--stack-trace"},
    };
    auto const* const found = std::ranges::find(others, true, &std::pair<bool, char const*>::first);
    return found != std::end(others) ? found->second : nullptr;
}

bool can_grow(target const& which)
{
    return std::holds_alternative<targets::cgroup>(which) || std::holds_alternative<targets::named>(which);
}

/// An error if options that only cotrace has cannot be combined with each other or with other options.
usage_error contradiction_of_own_options(options const& all)
{
    bool const is_limited = all.threads_only || all.most_generations;
    auto const* const limit = all.threads_only ? "--threads-only" : "--max-depth";
    if (!all.runs.empty() && all.daemon != app::daemon::no)
        return not_together("--run", "-D/--daemonize");
    auto const is_everything = [](target const& each) { return std::holds_alternative<targets::everything>(each); };
    if (all.observe != observing::yes && std::ranges::any_of(all.sources, is_everything))
        return "--attach-all must be given with --observe";
    if (auto const* const other = excluded_by_observation(all); all.observe == observing::yes && other)
        return not_together("--observe", other);
    if (all.attach_later && !all.runs.empty())
        return not_together("--run", "--attach-later");
    if (all.call_limit != 0 && all.stop_after.calls.most != 0)
        return not_together("--syscall-limit", "--stop-after with a number of calls");
    if (all.threads_only && all.most_generations)
        return not_together("--threads-only", "--max-depth");
    if (all.attach_later && is_limited)   // a process that the limit excludes would be attached to later
        return not_together("--attach-later", limit);
    if (all.seccomp && is_limited)
        return not_together("--seccomp-bpf", limit);
    if (all.seccomp && all.in_kernel == kernel_filter::off)
        return not_together("--seccomp-bpf", "--in-kernel-filter=never");
    if (!all.output.name.empty() && !all.output.separately)
        return "--output-name must be given with -ff/--output-separately";
    if (all.text.whole_lines && all.format != output_format::text)
        return "--whole-lines and --format are mutually exclusive";
    return no_error;
}

/// An error if the trace cannot be written in the format of Perfetto.
usage_error obstacle_to_perfetto(options const& all)
{
    if (!render::perfetto_trace::is_available())
        return "--format=perfetto is not available, because cotrace was built without protozero";
    if (!all.output.is_file())
        return "--format=perfetto must be given with -o/--output";   // a terminal cannot show the trace
    if (all.output.separately)
        return not_together("--format=perfetto", "-ff/--output-separately");
    return no_error;
}

/// An error if options that are valid one by one cannot be combined.
usage_error contradiction(options const& all)
{
    bool const attaches = !all.attach.empty() || !all.sources.empty();
    if (auto wrong = contradiction_of_own_options(all))
        return wrong;
    if (auto wrong = all.format == output_format::perfetto ? obstacle_to_perfetto(all) : no_error)
        return wrong;
    if (!all.has_command() && !attaches && !all.playback)
        return "must have PROG [ARGS] or -p PID";
    if (all.command_line.empty() && !all.argv0.empty())
        return "PROG [ARGS] must be specified with --argv0";
    if (all.command_line.empty() && all.daemon != app::daemon::no)
        return "PROG [ARGS] must be specified with -D/--daemonize";
    if (all.attach_later && !std::ranges::any_of(all.sources, can_grow))
        return "--attach-later must be given with --attach-name or --attach-cgroup";
    if (all.attach_later && !all.command_line.empty())
        return "PROG [ARGS] and --attach-later are mutually exclusive";   // the tracing would outlast PROG
    if (all.kill_on_exit && attaches)
        return "--kill-on-exit and -p/--attach are mutually exclusive options";
    if (all.detach_at_exec && all.daemon != app::daemon::no)
        return "-b/--detach-on and -D/--daemonize are mutually exclusive";   // COMMAND would be detached at its first execve
    if (auto const* const other = excluded_by_entries_only(all); all.entries_only && other)
        return not_together("--entries-only", other);
    if (all.output.separately && all.has_summary())
        return "(-c/--summary-only or -C/--summary) and -ff/--output-separately are mutually exclusive";
    if (all.counts.wall_clock && !all.has_summary())
        return "-w/--summary-wall-clock must be given with (-c/--summary-only or -C/--summary)";
    if (all.forms.columns && !all.has_summary())
        return "-U/--summary-columns must be given with (-c/--summary-only or -C/--summary)";
    if (auto wrong = contradiction_of_answers(all))
        return wrong;
    if (all.has_summary() && all.format != output_format::text && !all.writes_json())
        return "(-c/--summary-only or -C/--summary) can be combined only with --format=text and --format=json";
    if (all.color == color_choice::always && all.format != output_format::text)
        return "--color=always and --format are mutually exclusive";
    bool const has_contexts = all.format == output_format::text || all.format == output_format::trace_file;
    if (all.capture.contexts && !has_contexts)
        return "-e secontext/--secontext and --format are mutually exclusive";
    if (all.output.separately && all.output.is_pipe())
        return "piping the output and -ff/--output-separately are mutually exclusive";
    if (all.output.separately && all.counts_stacks())
        return "--format=folded and -ff/--output-separately are mutually exclusive";
    if (all.output.separately && all.format == output_format::csv)
        return "--format=csv and -ff/--output-separately are mutually exclusive";   // only one file would have the header line
    if (all.capture.stacks.any() && !symbolizer::is_available())
        return "call stacks are not available, because cotrace was built without libdw";
    if (all.described_by_letter && all.described_by_name)
        return not_together("-y", "--decode-fds");
    return no_error;
}

/// Without --stack-when, -k selects the calls and signals for call stacks, and --format=folded only the calls. -kk sets
/// `stack_sources`.
void set_default_conditions(options& all)
{
    auto& stacks = all.capture.stacks;
    if (all.forms.stacks > 1)
        all.stack_sources = true;
    if (stacks.any() || (all.forms.stacks == 0 && !all.forms.long_stacks && !all.counts_stacks()))
        return;
    stacks.calls = true;
    stacks.signals = !all.counts_stacks();
}

/// If --record was given, sets the format and the output for a trace file.
usage_error set_recording(options& all)
{
    if (all.record_file.empty())
        return all.keep_last.any() ? usage_error{"--keep-last must be given with --record"} : no_error;
    std::pair<bool, char const*> const excluded[] = {
        {all.output.is_file(), "-o/--output"},
        {all.format != output_format::text, "--format"},
        {all.output.separately, "-ff/--output-separately"},
        {all.has_summary(), "-c/--summary-only or -C/--summary"},
        {all.answers.slowest != 0 || all.answers.histogram, "--top and --histogram"},
        {!all.answers.report.empty(), "--report"},
        {all.text.whole_lines, "--whole-lines"},
        {all.color == color_choice::always, "--color=always"},
    };
    for (auto const& [given, name] : excluded)
        if (given)
            return not_together("--record", name);
    if (!trace_file_writer::is_available())
        return make_error_code(errc::no_trace_files).message();
    all.output.path = all.record_file;
    all.format = output_format::trace_file;
    set_recorded_level(all);
    return no_error;
}

/// The text format shows the names of threads only with -Y, and uroot shows no names.
void set_captures_of_format(options& all)
{
    using enum output_format;
    all.capture.thread_names = all.format != text && all.format != uroot;
    all.capture.whole_commands = all.writes_json();
}

/// The lines that are not printed if -q is given `times` times.
quiet_options quiet_by_count(unsigned times)
{
    return {.attach = times > 0,
            .exit = times > 1,
            .path_resolution = times > 2,
            .personality = times > 0,
            .thread_execve = times > 2};
}

}   // namespace

void set_text(options& all)
{
    all.text.sessions = !all.runs.empty();
    all.text.since_boot = all.clock != record_clock::realtime;
    all.text.entries_only = all.entries_only;
    all.text.verbose = all.capture.verbose || all.in_full;
}

usage_error resolve(options& all)
{
    auto& given = all.forms;
    if (auto wrong = mixed_forms(given, all.output.separately))
        return wrong;
    for (auto const& [letter, count, most] : {std::tuple{"-D", given.daemon, 3u}, {"-k", given.stacks, 2u}})
        if (count > most)
            return "Too many " + std::string{letter} + "'s (" + std::to_string(count) + "), maximum supported " + letter
                   + " count is " + std::to_string(most);
    if (given.daemon)
        all.daemon = static_cast<app::daemon>(given.daemon);
    if (all.daemon != app::daemon::no && all.interrupt == interruptible::by_default)
        all.interrupt = interruptible::never_stops;
    if (given.follow > 1)
        all.output.separately = true;
    if (auto wrong = set_recording(all))
        return wrong;
    all.asked_for_quiet = given.quiet > 0 || (given.long_quiet && all.quiet.attach);
    // strace(1) implies -q if it starts a command and writes the trace to a file. cotrace does so with --report, too.
    if ((all.output.is_file() || !all.answers.report.empty()) && all.has_command() && !given.long_quiet)
        given.quiet = std::max(given.quiet, 1u);
    if (given.quiet)
        all.quiet = quiet_by_count(given.quiet);
    set_default_conditions(all);
    set_captures_of_format(all);
    resolve_answers(all);
    set_text(all);
    for (auto& each : all.sources) {
        if (auto* const group = std::get_if<targets::cgroup>(&each))
            group->which = all.attach_later ? targets::also_later : targets::now;
        else if (auto* const name = std::get_if<targets::named>(&each))
            name->which = all.attach_later ? targets::also_later : targets::now;
    }
    if (auto wrong = contradicts_playback(all))
        return wrong;
    return contradiction(all);
}

std::vector<std::string> warnings_about(options const& all)
{
    auto lines = all.warnings;
    if (all.seccomp && !all.has_command())
        lines.emplace_back("--seccomp-bpf is not enabled for processes attached with -p");
    if (all.seccomp && !all.follow)
        lines.emplace_back("--seccomp-bpf cannot be used without -f/--follow-forks, disabling");
    else if (all.seccomp && all.calls.wants_all())
        lines.emplace_back("Seccomp filter is requested but there are no syscalls to filter.  See -e trace to filter syscalls.");
    if (all.forms.sorting && !all.has_summary())
        lines.emplace_back("-S/--summary-sort-by has no effect without (-c/--summary-only or -C/--summary)");
    bool const uses_names = (all.text.where && all.text.where->uses("comm")) || (all.until && all.until->uses("comm"));
    if (uses_names && !all.capture.names_threads())
        lines.emplace_back("comm in --where and --until is known only with -Y/--decode-pids=comm");
    std::pair<bool, char const*> const useless[] = {
        {all.text.pointers, "-i/--instruction-pointer"},
        {all.text.numbers, "-n/--syscall-number"},
        {all.text.relative, "-r/--relative-timestamps"},
        {all.text.times != render::time_prefix::none, "-t/--absolute-timestamps"},
        {all.text.durations, "-T/--syscall-times"},
        {all.capture.stacks.any(), "-k/--stack-trace"},
        {all.color == color_choice::always, "--color=always"},
    };
    for (auto const& [given, name] : useless)
        if (given && all.summary_only && all.answers.slowest == 0)
            lines.push_back(std::string{name} + " has no effect with -c/--summary-only");
    if (all.output.separately && !all.output.is_file() && !all.follow)
        lines.emplace_back("--output-separately has no effect without -o/--output");
    if (all.output.append && !all.output.is_file())
        lines.emplace_back("-A/--output-append-mode has no effect without -o/--output");
    bool const shows_times = all.text.times != render::time_prefix::none || all.text.relative;
    if (all.clock != record_clock::realtime && !all.writes_json() && !all.writes_rows() && all.format != output_format::perfetto
        && !shows_times)
        lines.emplace_back(
            "--clock has no effect without -t/--absolute-timestamps, -r/--relative-timestamps or --format=json, rows, csv or perfetto");
    if (!all.host_label.empty() && !all.writes_rows())
        lines.emplace_back("--host-label has no effect without --format=rows or --format=csv");
    if (all.forms.statuses > 1)
        lines.emplace_back("Only the last of -z/--successful-only/-Z/--failed-only options will take effect. "
                           "See status qualifier for more complex filters.");
    return lines;
}

}   // namespace cotrace::app
