// SPDX-License-Identifier: BSL-1.0
#include "option_combinations.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>
#include <variant>

namespace cotrace::app {

namespace {

usage_error not_together(std::string_view one, std::string_view other)
{
    return std::string{one} + " and " + std::string{other} + " cannot be provided simultaneously";
}

/// An error if an option was given both in its short and in its long form.
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
    return no_error;
}

/// The name of an option that was given and cannot be combined with --entries-only; nullptr if there is none. With
/// --entries-only, the exits of calls are not recorded, and the tracer attaches to no process.
char const* excluded_by_entries_only(options const& all)
{
    std::pair<bool, char const*> const others[] = {
        {!all.attach.empty(), "-p/--attach"},
        {!all.sources.empty(), "--attach-cgroup, --attach-name or --attach-tree"},
        {!all.injections.empty(), "-e inject or -e fault"},
        {all.daemon != app::daemon::no, "-D/--daemonize"},
        {all.detach_at_exec, "-b/--detach-on"},
        {all.call_limit != 0, "--syscall-limit"},
        {all.output.separately, "-ff/--output-separately"},
        {all.has_summary(), "-c/--summary-only or -C/--summary"},
        {all.text.durations, "-T/--syscall-times"},
        {all.capture.namespaces, "-e namespace/--namespace"},
        {all.capture.virtual_cpus, "-e kvm/--kvm"},
        {!all.text.statuses.is_all(), "-z, -Z or -e status"},
    };
    auto const* const found = std::ranges::find(others, true, &std::pair<bool, char const*>::first);
    return found != std::end(others) ? found->second : nullptr;
}

bool can_grow(target const& which)
{
    return std::holds_alternative<targets::cgroup>(which) || std::holds_alternative<targets::named>(which);
}

/// An error if options that are valid one by one cannot be combined.
usage_error contradiction(options const& all)
{
    bool const attaches = !all.attach.empty() || !all.sources.empty();
    if (all.command_line.empty() && !attaches)
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
    if (all.has_summary() && all.format != output_format::text)
        return "(-c/--summary-only or -C/--summary) and --format are mutually exclusive";
    if (all.capture.contexts && all.format != output_format::text)
        return "-e secontext/--secontext and --format are mutually exclusive";   // the other formats have no place for contexts
    if (all.output.separately && all.output.is_pipe())
        return "piping the output and -ff/--output-separately are mutually exclusive";
    if (all.described_by_letter && all.described_by_name)
        return not_together("-y", "--decode-fds");
    return no_error;
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

usage_error resolve(options& all)
{
    auto& given = all.forms;
    if (auto wrong = mixed_forms(given, all.output.separately))
        return wrong;
    if (given.daemon > 3)
        return "Too many -D's (" + std::to_string(given.daemon) + "), maximum supported -D count is 3";
    if (given.daemon)
        all.daemon = static_cast<app::daemon>(given.daemon);
    if (all.daemon != app::daemon::no && all.interrupt == interruptible::by_default)
        all.interrupt = interruptible::never_stops;
    if (given.follow > 1)
        all.output.separately = true;
    // If a command is launched and the trace is written to a file, -q is implied, see strace(1).
    if (all.output.is_file() && !all.command_line.empty() && !given.long_quiet)
        given.quiet = std::max(given.quiet, 1u);
    if (given.quiet)
        all.quiet = quiet_by_count(given.quiet);
    for (auto& each : all.sources) {
        if (auto* const group = std::get_if<targets::cgroup>(&each))
            group->which = all.attach_later ? targets::also_later : targets::now;
        else if (auto* const name = std::get_if<targets::named>(&each))
            name->which = all.attach_later ? targets::also_later : targets::now;
    }
    return contradiction(all);
}

std::vector<std::string> warnings_about(options const& all)
{
    auto lines = all.warnings;
    if (all.seccomp && all.command_line.empty())
        lines.emplace_back("--seccomp-bpf is not enabled for processes attached with -p");
    if (all.seccomp && !all.follow)
        lines.emplace_back("--seccomp-bpf cannot be used without -f/--follow-forks, disabling");
    else if (all.seccomp && all.calls.wants_all())
        lines.emplace_back("Seccomp filter is requested but there are no syscalls to filter.  See -e trace to filter syscalls.");
    if (all.forms.sorting && !all.has_summary())
        lines.emplace_back("-S/--summary-sort-by has no effect without (-c/--summary-only or -C/--summary)");
    if (all.wants_mismatches && all.capture.contexts)
        lines.emplace_back("-e secontext=mismatch has no effect: cotrace does not read SELinux's database of file contexts");
    std::pair<bool, char const*> const useless[] = {
        {all.text.pointers, "-i/--instruction-pointer"},
        {all.text.numbers, "-n/--syscall-number"},
        {all.text.relative, "-r/--relative-timestamps"},
        {all.text.times != render::time_prefix::none, "-t/--absolute-timestamps"},
        {all.text.durations, "-T/--syscall-times"},
    };
    for (auto const& [given, name] : useless)
        if (given && all.summary_only)
            lines.push_back(std::string{name} + " has no effect with -c/--summary-only");
    if (all.output.separately && !all.output.is_file() && !all.follow)
        lines.emplace_back("--output-separately has no effect without -o/--output");
    if (all.output.append && !all.output.is_file())
        lines.emplace_back("-A/--output-append-mode has no effect without -o/--output");
    if (all.forms.statuses > 1)
        lines.emplace_back("Only the last of -z/--successful-only/-Z/--failed-only options will take effect. "
                           "See status qualifier for more complex filters.");
    return lines;
}

}   // namespace cotrace::app
