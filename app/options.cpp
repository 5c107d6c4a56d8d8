// SPDX-License-Identifier: BSL-1.0

// The command line is parsed by getopt_long(3), as in strace. One row of the
// table `rows` has everything about an option.

#include "options.hpp"

#include "qualifiers.hpp"
#include "argument_parsing.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <getopt.h>

namespace cotrace::app {

namespace {

/// The argument of an option, if it has one.
using value = std::optional<std::string_view>;

complaint invalid_column(std::string_view name) { return "unknown column name: '" + std::string{name} + "'"; }

complaint add_pids(options& to, std::string_view list)
{
    // The separators between ids in the output of pidof, pgrep and ps.
    return for_each_in(list, ", \t\n", [&](std::string_view piece) -> complaint {
        auto const id = number(piece);
        if (!id || *id == 0)
            return "Invalid process id: '" + std::string{piece} + "'";
        if (std::ranges::find(to.attach, pid{*id}) == to.attach.end())
            to.attach.push_back(pid{*id});
        return fine;
    });
}

complaint add_tree(options& to, value root)
{
    auto const id = number(*root);
    if (!id || *id == 0)
        return "Invalid process id: '" + std::string{*root} + "'";
    to.sources.emplace_back(targets::tree{pid{*id}});
    return fine;
}

complaint set_interrupt(options& to, std::string_view word)
{
    // In strace, 1 and 2 differ in whether a signal waits until the current line is complete. cotrace always waits.
    using enum interruptible;
    static constexpr choice<interruptible> words[] = {
        {"1", always},      {"anywhere", always}, {"always", always},        {"2", always},
        {"waiting", always}, {"3", never},        {"never", never},          {"4", never_stops},
        {"never_tstp", never_stops},
    };
    return choose(word, words, to.interrupt);
}

complaint set_format(options& to, std::string_view word)
{
    static constexpr choice<output_format> words[] = {
        {"text", output_format::text},
        {"uroot", output_format::uroot},
        {"json", output_format::json},
        {"json,entries", output_format::json_with_entries},
    };
    return choose(word, words, to.format);
}

complaint set_placing(options& to, std::string_view word)
{
    static constexpr choice<cpu_placement> words[] = {
        {"automatic", cpu_placement::automatic},
        {"always", cpu_placement::always},
        {"off", cpu_placement::off},
    };
    return choose(word, words, to.placing);
}

complaint set_output_error(options& to, std::string_view word)
{
    static constexpr choice<output_error> words[] = {
        {"continue", output_error::go_on},
        {"fail", output_error::fail},
        {"kill", output_error::kill},
    };
    return choose(word, words, to.on_output_error);
}

constexpr choice<render::precision> precisions[] = {
    {"s", render::precision::seconds}, {"ms", render::precision::millis},
    {"us", render::precision::micros}, {"ns", render::precision::nanos},
};

/// "[format:]time", "[precision:]us", or both, in any order.
complaint set_times(options& to, value given)
{
    static constexpr choice<render::time_prefix> formats[] = {
        {"none", render::time_prefix::none},
        {"time", render::time_prefix::time_of_day},
        {"unix", render::time_prefix::unix},
    };
    to.forms.long_times = true;
    bool named = false;
    auto wrong = for_each_in(given.value_or("time"), ",", [&](std::string_view part) -> complaint {
        auto const is = [&](std::string_view label) {
            bool const labelled = part.size() >= label.size() && same_letters(part.substr(0, label.size()), label);
            part.remove_prefix(labelled ? label.size() : 0);
            return labelled;
        };
        bool const format = is("format:"), precision = !format && is("precision:");
        std::string lower{part};
        std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
        if (!precision && !choose(lower, formats, to.text.times)) {
            named = true;
            return fine;
        }
        return format ? bad_argument() : choose(part, precisions, to.text.times_to);
    });
    if (!named && to.text.times == render::time_prefix::none)
        to.text.times = render::time_prefix::time_of_day;
    return wrong;
}

complaint set_short_times(options& to)
{
    using enum render::time_prefix;
    ++to.forms.times;
    to.text.times = to.forms.times < 3 ? time_of_day : unix;
    to.text.times_to = to.forms.times < 2 ? render::precision::seconds : render::precision::micros;
    return fine;
}

complaint set_hex(options& to, value given)
{
    using enum render::escapes;
    static constexpr choice<render::escapes> words[] = {
        {"none", unprintable}, {"non-ascii-chars", unprintable_chars_hex}, {"non-ascii", unprintable_hex}, {"all", all_hex}};
    to.forms.long_hex = true;
    return choose(given.value_or("all"), words, to.text.strings);
}

complaint set_short_hex(options& to)
{
    to.text.strings = ++to.forms.hex == 1 ? render::escapes::unprintable_hex : render::escapes::all_hex;
    return fine;
}

complaint set_constants(options& to, value given)
{
    using enum render::constants;
    static constexpr choice<render::constants> words[] = {
        {"raw", raw}, {"abbrev", abbreviated}, {"verbose", verbose}};
    return choose(*given, words, to.text.names);
}

complaint set_precision(bool& wanted, render::precision& to, value given)
{
    wanted = true;
    return choose(given.value_or("us"), precisions, to);
}

complaint set_short_follow(options& to)
{
    ++to.forms.follow;
    to.follow = true;
    return fine;
}

/// The meaning of -q given `times` times.
quiet_options quiet_by_count(unsigned times)
{
    return {.attach = times > 0, .exit = times > 1, .path_resolution = times > 2, .personality = times > 0,
            .thread_execve = times > 2};
}

complaint set_daemon(options& to, value given)
{
    using enum app::daemon;
    static constexpr choice<app::daemon> words[] = {
        {"grandchild", grandchild}, {"pgroup", process_group}, {"pgrp", process_group}, {"session", session}};
    to.forms.long_daemon = true;
    return choose(given.value_or("grandchild"), words, to.daemon);
}

complaint only_status(options& to, call_status which)
{
    ++to.forms.statuses;
    to.text.statuses = {which};
    return fine;
}

complaint set_limit(options& to, std::string_view count)
{
    auto const [end, error] = std::from_chars(count.data(), count.data() + count.size(), to.call_limit);
    return error == std::errc{} && end == count.data() + count.size() && to.call_limit != 0 ? fine : bad_argument();
}

complaint detach_on(options& to, value call)
{
    to.detach_at_exec = *call == "execve";
    return to.detach_at_exec ? fine : complaint{"Syscall '" + std::string{*call} + "' for -b isn't supported"};
}

/// -y and -yy.
complaint describe_more(options& to, value)
{
    auto& wanted = to.capture.descriptors;
    wanted = to.described_by_letter ? descriptor_details::all() : descriptor_details{.path = true};
    to.described_by_letter = true;
    return fine;
}

complaint change_environment(options& to, value given)
{
    if (given->empty() || given->front() == '=')
        return bad_argument();
    to.environment.emplace_back(*given);
    return fine;
}

complaint set_sorting(options& to, std::string_view by)
{
    to.forms.sorting = true;
    to.counts.sorted_by = render::summary_column_called(by);
    bool const known = to.counts.sorted_by || by == "none" || by == "nothing";
    return known ? fine : invalid("sortby", by);
}

complaint set_columns(options& to, std::string_view list)
{
    using render::summary_column;
    auto& columns = to.counts.columns;
    to.forms.columns = true;
    columns.clear();
    for (auto rest = list;; rest.remove_prefix(rest.find(',') + 1)) {
        auto const name = rest.substr(0, rest.find(','));
        auto const which = render::summary_column_called(name);
        if (!which)
            return invalid_column(name);
        if (std::ranges::find(columns, *which) != columns.end())
            return "call summary column has been provided more than once: '" + std::string{name} + "' (-U option residual: '"
                   + std::string{rest} + "')";
        columns.push_back(*which);
        if (name.size() == rest.size())
            break;
    }
    if (std::ranges::find(columns, summary_column::name) == columns.end())
        columns.push_back(summary_column::name);   // a table without the names of calls would be useless
    return fine;
}

complaint set_overhead(options& to, std::string_view time)
{
    auto const given = duration(time);
    if (!given)
        return bad_argument();
    to.counts.overhead = *given;
    return fine;
}

complaint set_summary(options& to, bool only)
{
    (only ? to.summary_only : to.summary) = true;
    return to.summary && to.summary_only ? complaint{"-c/--summary-only and -C/--summary are mutually exclusive"} : fine;
}

// --- the table ---------------------------------------------------------------

enum class takes { nothing, argument, optional };   // with `optional`, only the long form takes an argument
enum class section { startup, tracing, filtering, tampering, output, statistics, misc };

struct row {
    char        letter;    ///< the short form; 0: none
    char const* name;      ///< the long form; nullptr: none
    takes       argument;
    char const* meta;      ///< the name of the argument in the help
    section     where;
    char const* help;      ///< nullptr: another name of the nearest row before it that has a help text
    complaint (*apply)(options&, value);
};

constexpr row rows[] = {
    {0, "attach-cgroup", takes::argument, "FOLDER", section::startup,
     "trace the processes in this cgroup and below",
     [](options& to, value folder) -> complaint { to.sources.emplace_back(targets::cgroup{std::string{*folder}}); return fine; }},
    {0, "attach-later", takes::nothing, nullptr, section::startup,
     "also trace processes that join the cgroup, or get the name, later",
     [](options& to, value) -> complaint { to.attach_later = true; return fine; }},
    {0, "attach-name", takes::argument, "NAME", section::startup,
     "trace the processes with this name, or whose executable file has this name",
     [](options& to, value name) -> complaint { to.sources.emplace_back(targets::named{std::string{*name}}); return fine; }},
    {0, "attach-tree", takes::argument, "PID", section::startup,
     "trace a process and all its descendants", add_tree},
    {'E', "env", takes::argument, "VAR[=VALUE]", section::startup,
     "set VAR for COMMAND; without a value, remove it", change_environment},
    {'p', "attach", takes::argument, "PID[,PID]...", section::startup,
     "trace processes that are already running",
     [](options& to, value list) { return add_pids(to, *list); }},
    {'u', "user", takes::argument, "NAME", section::startup,
     "run COMMAND as this user, or as the numbers UID:GID",
     [](options& to, value name) -> complaint { to.user = *name; return fine; }},
    {0, "argv0", takes::argument, "NAME", section::startup,
     "the argv[0] of COMMAND",
     [](options& to, value name) -> complaint { to.argv0 = *name; return fine; }},

    {'b', "detach-on", takes::argument, "execve", section::tracing,
     "detach from a process when it executes another program", detach_on},
    {'D', nullptr, takes::nothing, nullptr, section::tracing,
     "run cotrace as a detached grandchild of COMMAND, so that COMMAND keeps cotrace's process id and\n"
     "parent; -DD: run cotrace in its own process group; -DDD: in its own session",
     [](options& to, value) -> complaint { ++to.forms.daemon; return fine; }},
    {0, "daemonize", takes::optional, "grandchild|pgroup|session", section::tracing,
     "-D, -DD or -DDD", set_daemon},
    {0, "daemonised", takes::optional, nullptr, section::tracing, nullptr, set_daemon},
    {0, "daemonized", takes::optional, nullptr, section::tracing, nullptr, set_daemon},
    {0, "entries-only", takes::nothing, nullptr, section::tracing,
     "print the calls of COMMAND and its descendants when they are made, without their results (seccomp's\n"
     "user notification); this is several times faster, and debuggers can attach to COMMAND;\n"
     "if cotrace is killed by SIGKILL, COMMAND is killed too; the descendants of COMMAND run on,\n"
     "and each call of them that would have been printed fails with ENOSYS",
     [](options& to, value) -> complaint { to.entries_only = to.follow = true; return fine; }},
    {'f', nullptr, takes::nothing, nullptr, section::tracing,
     "also trace the threads and processes that are created; -ff: write one file for each thread",
     [](options& to, value) { return set_short_follow(to); }},
    {0, "follow-forks", takes::nothing, nullptr, section::tracing,
     "-f",
     [](options& to, value) -> complaint { to.follow = to.forms.long_follow = true; return fine; }},
    {'I', "interruptible", takes::argument, "WHEN", section::tracing,
     "which signals end the tracing: 1 or 2, all that end a program; 3, none; 4, none, and ^Z does not\n"
     "stop cotrace (the default with -D)",
     [](options& to, value word) { return set_interrupt(to, *word); }},
    {0, "kill-on-exit", takes::nothing, nullptr, section::tracing,
     "kill COMMAND when cotrace is killed; this is always so",
     [](options& to, value) -> complaint { to.kill_on_exit = true; return fine; }},
    {0, "placement", takes::argument, "automatic|always|off", section::tracing,
     "which threads that stop often are moved to cotrace's CPU: launched threads; attached threads too; none",
     [](options& to, value word) { return set_placing(to, *word); }},
    {0, "seccomp-bpf", takes::nothing, nullptr, section::tracing,
     "with -f, stop only at the calls that are traced; this is always so where it is possible",
     [](options& to, value) -> complaint { to.seccomp = true; return fine; }},
    {0, "syscall-limit", takes::argument, "COUNT", section::tracing,
     "detach from all processes after COUNT calls",
     [](options& to, value count) { return set_limit(to, *count); }},

    {'e', nullptr, takes::argument, "EXPRESSION", section::filtering,
     "QUALIFIER=SET, where QUALIFIER is abbrev, fault, inject, quiet, raw, read, signal, status, trace,\n"
     "verbose or write, which mean what the long options mean; SET alone means trace=SET",
     [](options& to, value expression) { return set_expression(to, *expression); }},
    {0, "trace", takes::argument, "[!]SET", section::filtering,
     "trace these calls: names, %class, /regex, all, none",
     [](options& to, value set) { return set_trace(to, *set); }},
    {'P', "trace-path", takes::argument, "PATH", section::filtering,
     "trace only calls that use this file; may be given several times",
     [](options& to, value path) -> complaint { to.accesses.paths.emplace_back(*path); return fine; }},
    {0, "trace-fds", takes::argument, "[!]SET", section::filtering,
     "trace only calls that use these file descriptors, or a file of -P",
     [](options& to, value set) { return set_traced_descriptors(to, *set); }},
    {0, "signal", takes::argument, "[!]SET", section::filtering,
     "print these signals",
     [](options& to, value set) { return set_signals(to, *set); }},
    {0, "signals", takes::argument, nullptr, section::filtering, nullptr,
     [](options& to, value set) { return set_signals(to, *set); }},
    {0, "status", takes::argument, "[!]SET", section::filtering,
     "print only calls with these outcomes: successful, failed, unfinished, unavailable, detached",
     [](options& to, value set) { return set_statuses(to, *set); }},
    {'z', "successful-only", takes::nothing, nullptr, section::filtering,
     "print only calls that succeeded",
     [](options& to, value) { return only_status(to, call_status::successful); }},
    {'Z', "failed-only", takes::nothing, nullptr, section::filtering,
     "print only calls that failed",
     [](options& to, value) { return only_status(to, call_status::failed); }},
    {0, "failing-only", takes::nothing, nullptr, section::filtering, nullptr,
     [](options& to, value) { return only_status(to, call_status::failed); }},

    {0, "fault", takes::argument, "SET[:error=ERRNO][:syscall=NAME][:when=WHEN]", section::tampering,
     "let these calls fail with ERRNO (default: ENOSYS) without executing them; WHEN: FIRST[..LAST][+[STEP]],\n"
     "counted for each call and each thread",
     [](options& to, value rule) { return add_fault(to, *rule); }},
    {0, "inject", takes::argument, "SET[:error=ERRNO|:retval=VALUE][:signal=SIGNAL][:syscall=NAME][:delay_enter=TIME]"
                                   "[:delay_exit=TIME][:poke_enter=@argN=HEX][:poke_exit=@argN=HEX][:when=WHEN]",
     section::tampering,
     "let these calls fail or return VALUE without executing them, or execute NAME instead (%pure calls only);\n"
     "send SIGNAL; delay them by TIME, in us or with the suffix s, ms, us or ns; write bytes to the memory\n"
     "that an argument points to",
     [](options& to, value rule) { return add_injection(to, *rule); }},

    {'a', "columns", takes::argument, "COLUMN", section::output,
     "the column of \"=\" (40)",
     [](options& to, value column) { return set_size(*column, to.text.column); }},
    {0, "abbrev", takes::argument, "[!]SET", section::output,
     "abbreviate structures and arrays of these calls (all)",
     [](options& to, value set) { return set_abbreviated(to, *set); }},
    {'A', "output-append-mode", takes::nothing, nullptr, section::output,
     "append to the file of -o",
     [](options& to, value) -> complaint { to.output.append = true; return fine; }},
    {0, "always-show-pid", takes::nothing, nullptr, section::output,
     "begin each line with the thread's id",
     [](options& to, value) -> complaint { to.always_show_pid = true; return fine; }},
    {0, "format", takes::argument, "FORMAT", section::output,
     "text (as strace, the default), uroot, json, or json,entries (also a line when a call is made)",
     [](options& to, value word) { return set_format(to, *word); }},
    {'i', "instruction-pointer", takes::nothing, nullptr, section::output,
     "print the instruction pointer of each call",
     [](options& to, value) -> complaint { to.text.pointers = true; return fine; }},
    {'n', "syscall-number", takes::nothing, nullptr, section::output,
     "print each call's number",
     [](options& to, value) -> complaint { to.text.numbers = true; return fine; }},
    {'N', "arg-names", takes::nothing, nullptr, section::output,
     "print the names of arguments",
     [](options& to, value) -> complaint { to.text.labels = true; return fine; }},
    {'o', "output", takes::argument, "FILE", section::output,
     "write to FILE, or to the standard input of '|COMMAND', instead of standard error",
     [](options& to, value path) -> complaint { to.output.path = *path; return fine; }},
    {0, "on-output-error", takes::argument, "continue|fail|kill", section::output,
     "what to do when the trace cannot be written any more (the disk is full, or the reader of a pipe has\n"
     "closed it), after an error message: continue, let COMMAND run to its end and exit with its status (the\n"
     "default); fail, let COMMAND run to its end and exit with status 1; kill, kill COMMAND and exit with\n"
     "status 1. Attached processes are detached. With -ff, an error of one file ends only the trace of its\n"
     "thread",
     [](options& to, value word) { return set_output_error(to, *word); }},
    {0, "output-separately", takes::nothing, nullptr, section::output,
     "write one file for each thread, FILE.ID",
     [](options& to, value) -> complaint { to.output.separately = true; return fine; }},
    {'q', nullptr, takes::nothing, nullptr, section::output,
     "omit lines about attaching and changes of personality; -qq: also lines about the end of threads;\n"
     "-qqq: all lines that can be omitted",
     [](options& to, value) -> complaint { ++to.forms.quiet; return fine; }},
    {0, "quiet", takes::optional, "SET", section::output,
     "omit these lines: attach, exit, path-resolution, personality, thread-execve, all (default: as -q)",
     [](options& to, value set) { return set_quiet(to, set.value_or("attach,personality")); }},
    {0, "silence", takes::optional, nullptr, section::output, nullptr,
     [](options& to, value set) { return set_quiet(to, set.value_or("attach,personality")); }},
    {0, "silent", takes::optional, nullptr, section::output, nullptr,
     [](options& to, value set) { return set_quiet(to, set.value_or("attach,personality")); }},
    {'r', "relative-timestamps", takes::optional, "s|ms|us|ns", section::output,
     "print the time since the previous line",
     [](options& to, value how) { return set_precision(to.text.relative, to.text.relative_to, how); }},
    {0, "raw", takes::argument, "[!]SET", section::output,
     "print the arguments of these calls as numbers (none)",
     [](options& to, value set) { return set_raw(to, *set); }},
    {0, "read", takes::argument, "[!]SET", section::output,
     "dump all data that is read from these file descriptors (none)",
     [](options& to, value set) { return set_read_from(to, *set); }},
    {'s', "string-limit", takes::argument, "SIZE", section::output,
     "print at most SIZE bytes of a string (32)",
     [](options& to, value size) { return set_size(*size, to.capture.string_limit, INT_MAX / 2); }},
    {'t', nullptr, takes::nothing, nullptr, section::output,
     "print the time of day; -tt: with microseconds; -ttt: since 1970",
     [](options& to, value) { return set_short_times(to); }},
    {0, "absolute-timestamps", takes::optional, "[FORMAT,]PRECISION", section::output,
     "print the time of each line; FORMAT: time, unix or none; PRECISION: s, ms, us or ns", set_times},
    {0, "timestamps", takes::optional, nullptr, section::output, nullptr, set_times},
    {'T', "syscall-times", takes::optional, "s|ms|us|ns", section::output,
     "print the time spent in each call",
     [](options& to, value how) { return set_precision(to.text.durations, to.text.durations_to, how); }},
    {'v', "no-abbrev", takes::nothing, nullptr, section::output,
     "print structures and arrays in full",
     [](options& to, value) -> complaint {
         to.in_full.reset();
         to.capture.verbose = true;
         to.capture.most_reads = 1 << 13;   // structures in full take more reads
         return fine;
     }},
    {0, "verbose", takes::argument, "[!]SET", section::output,
     "print the content of the structures of these calls, not only the addresses (all)",
     [](options& to, value set) { return set_dereferenced(to, *set); }},
    {0, "write", takes::argument, "[!]SET", section::output,
     "dump all data that is written to these file descriptors (none)",
     [](options& to, value set) { return set_written_to(to, *set); }},
    {'x', nullptr, takes::nothing, nullptr, section::output,
     "print strings that have unprintable bytes in hexadecimal; -xx: all strings",
     [](options& to, value) { return set_short_hex(to); }},
    {0, "strings-in-hex", takes::optional, "none|non-ascii-chars|non-ascii|all", section::output,
     "print in hexadecimal: nothing, non-ASCII characters, strings with such characters, or all strings", set_hex},
    {'y', nullptr, takes::nothing, nullptr, section::output,
     "print the paths of file descriptors; -yy: all details of file descriptors", describe_more},
    {0, "decode-fds", takes::optional, "SET", section::output,
     "print these details of file descriptors: path (the default), socket, dev, eventfd, pidfd, signalfd, all",
     [](options& to, value set) { return set_descriptor_details(to, set.value_or("path")); }},
    {'Y', nullptr, takes::nothing, nullptr, section::output,
     "print the name of a process after its id",
     [](options& to, value) -> complaint { to.capture.processes = {.command = true}; return fine; }},
    {0, "decode-pids", takes::argument, "SET", section::output,
     "print these details of processes: comm, pidns (the ids in cotrace's pid namespace), all",
     [](options& to, value set) { return set_process_details(to, *set); }},
    {0, "pidns-translation", takes::nothing, nullptr, section::output,
     "--decode-pids=pidns (obsolete)",
     [](options& to, value) -> complaint { to.capture.processes = {.outside = true}; return fine; }},
    {'X', "const-print-style", takes::argument, "STYLE", section::output,
     "print constants raw, abbrev(iated) or verbose", set_constants},

    {'c', "summary-only", takes::nothing, nullptr, section::statistics,
     "print only a summary: how often each call was made and how long it took",
     [](options& to, value) { return set_summary(to, true); }},
    {'C', "summary", takes::nothing, nullptr, section::statistics,
     "print the trace, and the summary after it",
     [](options& to, value) { return set_summary(to, false); }},
    {'O', "summary-syscall-overhead", takes::argument, "TIME", section::statistics,
     "subtract TIME from each call as the cost of tracing; in us, or with the suffix s, ms, us or ns",
     [](options& to, value time) { return set_overhead(to, *time); }},
    {'S', "summary-sort-by", takes::argument, "COLUMN", section::statistics,
     "sort by time (the default), min-time, max-time, avg-time, calls, errors, name or nothing",
     [](options& to, value by) { return set_sorting(to, *by); }},
    {'U', "summary-columns", takes::argument, "COLUMN[,COLUMN]...", section::statistics,
     "the columns of the summary: time-percent, total-time, min-time, max-time, avg-time, calls, errors, name,\n"
     "wall-total, wall-min, wall-max, wall-avg",
     [](options& to, value list) { return set_columns(to, *list); }},
    {'w', "summary-wall-clock", takes::nothing, nullptr, section::statistics,
     "count the wall clock time from entry to exit, not the system CPU time",
     [](options& to, value) -> complaint { to.counts.wall_clock = true; return fine; }},

    {'h', "help", takes::nothing, nullptr, section::misc,
     "print this help",
     [](options& to, value) -> complaint { to.help = true; return fine; }},
    {'V', "version", takes::nothing, nullptr, section::misc,
     "print the version",
     [](options& to, value) -> complaint { to.version = true; return fine; }},
};

constexpr int first_long_only = UCHAR_MAX + 1;

/// The table in the form that getopt_long(3) takes. Row n without a letter has the code `first_long_only` + n.
struct getopt_tables {
    std::string letters = "+:";   // +: stop at the first operand; ':': report a missing argument as ':', not as '?'
    std::vector<::option> names;
};

/// A row that is another name has the code of the row that it follows, so that
/// getopt_long(3) does not call a common prefix of both names ambiguous.
int code_of(row const& which)
{
    auto const* first = &which;
    while (!first->help)
        --first;
    return first->letter ? first->letter : first_long_only + static_cast<int>(first - rows);
}

getopt_tables make_getopt_tables()
{
    getopt_tables made;
    for (auto const& each : rows) {
        if (each.letter)
            made.letters.append(1, each.letter).append(each.argument == takes::argument ? ":" : "");
        int const argument = each.argument == takes::nothing    ? no_argument
                             : each.argument == takes::argument ? required_argument
                                                                : optional_argument;
        if (each.name)
            made.names.push_back({each.name, argument, nullptr, code_of(each)});
    }
    made.names.push_back({});
    return made;
}

/// The message of getopt_long(3) for an option that it refused.
std::string not_understood(std::span<char* const> words, int word, int letter, bool needs_argument)
{
    std::string_view const option = words[static_cast<std::size_t>(word)];
    if (!option.starts_with("--"))
        return (needs_argument ? "option requires an argument -- '" : "invalid option -- '") + std::string{static_cast<char>(letter)} + "'";
    auto const name = option.substr(0, option.find('='));
    auto const quoted = "'" + std::string{name} + "'";
    if (needs_argument)
        return "option " + quoted + " requires an argument";
    // The name can be a prefix of several options, or the name of an option that takes no argument.
    std::string possible;
    std::ptrdiff_t candidates = 0;
    for (auto const& each : rows)
        if (each.name && std::string_view{each.name}.starts_with(name.substr(2))) {
            possible.append(" '--").append(each.name).append("'");
            ++candidates;
        }
    return candidates == 0  ? "unrecognized option '" + std::string{option} + "'"
           : candidates > 1 ? "option " + quoted + " is ambiguous; possibilities:" + possible
                            : "option " + quoted + " doesn't allow an argument";
}

/// The left column of the help: "  -s, --string-limit=SIZE".
std::string in_help(row const& which)
{
    std::string line = which.letter ? std::string{"  -"} + which.letter : std::string{"    "};
    if (which.name)
        line.append(which.letter ? ", --" : "  --").append(which.name);
    if (which.argument == takes::argument)
        line.append(which.name ? "=" : " ").append(which.meta);
    else if (which.argument == takes::optional)
        line.append("[=").append(which.meta).append("]");
    return line;
}

complaint not_together(std::string_view one, std::string_view other)
{
    return std::string{one} + " and " + std::string{other} + " cannot be provided simultaneously";
}

/// An error if an option was given both in its short and in its long form.
complaint mixed_forms(short_forms const& given, bool separately)
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
    return fine;
}

/// The first given option that cannot be combined with --entries-only; nullptr if there is none. With --entries-only
/// there are no exits of calls, and the tracer attaches to no process.
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
        {all.summary || all.summary_only, "-c/--summary-only or -C/--summary"},
        {all.text.durations, "-T/--syscall-times"},
        {!all.text.statuses.is_all(), "-z, -Z or -e status"},
    };
    auto const* const found = std::ranges::find(others, true, &std::pair<bool, char const*>::first);
    return found != std::end(others) ? found->second : nullptr;
}

bool can_grow(target const& which) { return std::holds_alternative<targets::cgroup>(which) || std::holds_alternative<targets::named>(which); }

/// An error if options that are valid one by one cannot be combined.
complaint contradiction(options const& all)
{
    bool const attaches = !all.attach.empty() || !all.sources.empty();
    if (all.words.empty() && !attaches)
        return "must have PROG [ARGS] or -p PID";
    if (all.words.empty() && !all.argv0.empty())
        return "PROG [ARGS] must be specified with --argv0";
    if (all.words.empty() && all.daemon != app::daemon::no)
        return "PROG [ARGS] must be specified with -D/--daemonize";
    if (all.attach_later && !std::ranges::any_of(all.sources, can_grow))
        return "--attach-later must be given with --attach-name or --attach-cgroup";
    if (all.attach_later && !all.words.empty())
        return "PROG [ARGS] and --attach-later are mutually exclusive";   // the tracing would not end with PROG
    if (all.kill_on_exit && attaches)
        return "--kill-on-exit and -p/--attach are mutually exclusive options";
    if (all.detach_at_exec && all.daemon != app::daemon::no)
        return "-b/--detach-on and -D/--daemonize are mutually exclusive";   // COMMAND would be detached at its first execve
    bool const counts = all.summary || all.summary_only;
    if (auto const* const other = excluded_by_entries_only(all); all.entries_only && other)
        return not_together("--entries-only", other);
    if (all.output.separately && counts)
        return "(-c/--summary-only or -C/--summary) and -ff/--output-separately are mutually exclusive";
    if (all.counts.wall_clock && !counts)
        return "-w/--summary-wall-clock must be given with (-c/--summary-only or -C/--summary)";
    if (all.forms.columns && !counts)
        return "-U/--summary-columns must be given with (-c/--summary-only or -C/--summary)";
    if (counts && all.format != output_format::text)
        return "(-c/--summary-only or -C/--summary) and --format are mutually exclusive";
    if (all.output.separately && all.output.is_pipe())
        return "piping the output and -ff/--output-separately are mutually exclusive";
    if (all.described_by_letter && all.described_by_name)
        return not_together("-y", "--decode-fds");
    return fine;
}

/// Sets the options that follow from short forms and from other options, and checks for contradictions.
complaint resolve(options& all)
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
    // A command is launched and its trace goes to a file: this implies -q, see strace(1).
    if (all.output.is_file() && !all.words.empty() && !given.long_quiet)
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
    if (all.seccomp && all.words.empty())
        lines.emplace_back("--seccomp-bpf is not enabled for processes attached with -p");
    if (all.seccomp && !all.follow)
        lines.emplace_back("--seccomp-bpf cannot be used without -f/--follow-forks, disabling");
    else if (all.seccomp && all.calls.wants_all())
        lines.emplace_back("Seccomp filter is requested but there are no syscalls to filter.  See -e trace to filter syscalls.");
    if (all.forms.sorting && !all.summary && !all.summary_only)
        lines.emplace_back("-S/--summary-sort-by has no effect without (-c/--summary-only or -C/--summary)");
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

} // namespace

result<options, std::string> parse(std::vector<std::string> const& arguments)
{
    std::vector<std::string> copies = arguments;   // getopt_long(3) takes pointers to non-const
    std::vector<char*> words;
    for (auto& each : copies)
        words.push_back(each.data());
    words.push_back(nullptr);
    auto const count = static_cast<int>(copies.size());

    static getopt_tables const tables = make_getopt_tables();
    options parsed;
    opterr = 0;
    optind = 0;   // glibc: start a new scan, see getopt(3), "Notes"
    for (;;) {
        int const word = std::max(optind, 1);
        int index = -1;
        int const code = ::getopt_long(count, words.data(), tables.letters.c_str(), tables.names.data(), &index);
        if (code == -1)
            break;
        if (code == '?' || code == ':')
            return outcome::failure(not_understood(words, std::min(word, count - 1), optopt, code == ':'));
        auto const& found = *std::ranges::find(rows, code, code_of);
        auto const written = index >= 0 ? std::string{"--"} + tables.names[static_cast<std::size_t>(index)].name
                                        : std::string{'-', static_cast<char>(code)};
        value const given = optarg ? value{optarg} : std::nullopt;
        if (auto wrong = found.apply(parsed, given))
            return outcome::failure(wrong->empty()
                                        ? *invalid(written + " argument", given.value_or(""))
                                        : *std::move(wrong));
    }
    parsed.words.assign(copies.begin() + optind, copies.end());
    if (parsed.help || parsed.version)
        return parsed;
    if (auto wrong = resolve(parsed))
        return outcome::failure(*std::move(wrong));
    parsed.warnings = warnings_about(parsed);
    return parsed;
}

std::string help()
{
    constexpr std::size_t indent = 32;
    static constexpr choice<section> sections[] = {
        {"Startup", section::startup}, {"Tracing", section::tracing},  {"Filtering", section::filtering},
        {"Tampering", section::tampering},
        {"Output", section::output},   {"Statistics", section::statistics}, {"Miscellaneous", section::misc},
    };
    std::string text = "Usage: cotrace [OPTION]... [-p PID]... [COMMAND [ARGUMENT]...]\n"
                       "Traces the system calls and signals of COMMAND, or of processes that are already running.\n";
    for (auto const& [title, wanted] : sections) {
        text.append("\n").append(title).append(":\n");
        for (auto const& each : rows) {
            if (each.where != wanted || !each.help)
                continue;
            std::string line = in_help(each);
            if (line.size() + 2 > indent)
                text.append(line).append("\n").append(indent, ' ');
            else
                text.append(line).append(indent - line.size(), ' ');
            for (char const* c = each.help; *c; ++c)
                *c == '\n' ? text.append("\n").append(indent, ' ') : text.append(1, *c);
            text.append("\n");
        }
    }
    text += "\n"
            "cotrace ends with the exit status of COMMAND, or by the signal that killed COMMAND. Exit statuses\n"
            "for failures of cotrace: 127, COMMAND was not found; 126, COMMAND could not be executed; 1, any\n"
            "other failure.\n"
            "\n"
            "cotrace passes SIGTERM and SIGHUP on to COMMAND, traces COMMAND until it ends, and then detaches\n"
            "from the processes that COMMAND left running. ^C and ^\\ reach COMMAND from the terminal, and cotrace\n"
            "does not react to them while COMMAND runs. After the end of COMMAND, SIGTERM, SIGHUP and a repeated\n"
            "^C detach cotrace from the processes that COMMAND left running. Without a COMMAND, any of these\n"
            "signals detaches cotrace from all traced processes. The next signal ends cotrace at once and kills\n"
            "COMMAND, as SIGKILL does.\n"
            "Where the kernel filters the calls (-f with -e trace, and --entries-only), cotrace cannot detach\n"
            "from the processes that COMMAND left running, because their calls would fail. cotrace then runs\n"
            "until they have ended; the next signal kills them.\n";
    return text;
}

} // namespace cotrace::app
