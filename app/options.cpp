// SPDX-License-Identifier: BSL-1.0

// The grammar is getopt_long's, because that is what strace's users type by
// habit. All there is to say about an option stands in one row of a table.

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
    // All that the output of pidof, pgrep and ps has between ids.
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
    // strace tells 1 and 2 apart by whether a signal waits for its current line; ours always do.
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
        bool const format = is("format:"), fineness = !format && is("precision:");
        std::string lower{part};
        std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
        if (!fineness && !choose(lower, formats, to.text.times)) {
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

/// What -q means when it is given so often.
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
        columns.push_back(summary_column::name);   // a table without it says nothing
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

enum class takes { nothing, argument, optional };   // `optional` is for the long form alone
enum class section { startup, tracing, filtering, tampering, output, statistics, misc };

struct row {
    char        letter;    ///< 0: long only
    char const* name;      ///< the long form; nullptr: short only
    takes       argument;
    char const* meta;      ///< what the argument is called in the help
    section     where;
    char const* help;      ///< nullptr: another name of what stands elsewhere
    complaint (*apply)(options&, value);
};

constexpr row rows[] = {
    {0, "attach-cgroup", takes::argument, "FOLDER", section::startup,
     "trace the processes in this cgroup and below",
     [](options& to, value folder) -> complaint { to.sources.emplace_back(targets::cgroup{std::string{*folder}}); return fine; }},
    {0, "attach-later", takes::nothing, nullptr, section::startup,
     "also trace those that come into the cgroup, or get the name, from now on",
     [](options& to, value) -> complaint { to.attach_later = true; return fine; }},
    {0, "attach-name", takes::argument, "NAME", section::startup,
     "trace the processes of this name, or that execute a file of it",
     [](options& to, value name) -> complaint { to.sources.emplace_back(targets::named{std::string{*name}}); return fine; }},
    {0, "attach-tree", takes::argument, "PID", section::startup,
     "trace a process and all that descend from it", add_tree},
    {'E', "env", takes::argument, "VAR[=VALUE]", section::startup,
     "set VAR for COMMAND; without a value, remove it", change_environment},
    {'p', "attach", takes::argument, "PID[,PID]...", section::startup,
     "trace processes that run already",
     [](options& to, value list) { return add_pids(to, *list); }},
    {'u', "user", takes::argument, "NAME", section::startup,
     "run COMMAND as that user; or as UID:GID, in numbers",
     [](options& to, value name) -> complaint { to.user = *name; return fine; }},
    {0, "argv0", takes::argument, "NAME", section::startup,
     "what COMMAND finds in its argv[0]",
     [](options& to, value name) -> complaint { to.argv0 = *name; return fine; }},

    {'b', "detach-on", takes::argument, "execve", section::tracing,
     "let processes go when they execute another program", detach_on},
    {'D', nullptr, takes::nothing, nullptr, section::tracing,
     "COMMAND takes our place, and we trace as its detached grandchild; -DD: in a process group of our\n"
     "own; -DDD: in a session of our own",
     [](options& to, value) -> complaint { ++to.forms.daemon; return fine; }},
    {0, "daemonize", takes::optional, "grandchild|pgroup|session", section::tracing,
     "the same as -D, -DD or -DDD", set_daemon},
    {0, "daemonised", takes::optional, nullptr, section::tracing, nullptr, set_daemon},
    {0, "daemonized", takes::optional, nullptr, section::tracing, nullptr, set_daemon},
    {0, "entries-only", takes::nothing, nullptr, section::tracing,
     "print calls as they are made, of COMMAND and all that it creates, and not what they come to;\n"
     "several times faster, and leaves COMMAND to debuggers (seccomp's user notification);\n"
     "if cotrace is killed by SIGKILL, so is COMMAND; the processes that it created run on,\n"
     "and each call of theirs that would have been printed fails with ENOSYS",
     [](options& to, value) -> complaint { to.entries_only = to.follow = true; return fine; }},
    {'f', nullptr, takes::nothing, nullptr, section::tracing,
     "also trace the threads and processes that are created; -ff: into a file each",
     [](options& to, value) { return set_short_follow(to); }},
    {0, "follow-forks", takes::nothing, nullptr, section::tracing,
     "the same as -f",
     [](options& to, value) -> complaint { to.follow = to.forms.long_follow = true; return fine; }},
    {'I', "interruptible", takes::argument, "WHEN", section::tracing,
     "which signals end the tracing: 1 or 2, all that end a program; 3, none; 4, none, nor does ^Z stop it\n"
     "(the default with -D)",
     [](options& to, value word) { return set_interrupt(to, *word); }},
    {0, "kill-on-exit", takes::nothing, nullptr, section::tracing,
     "kill what was launched when we are killed, which we do anyway",
     [](options& to, value) -> complaint { to.kill_on_exit = true; return fine; }},
    {0, "placement", takes::argument, "automatic|always|off", section::tracing,
     "who may be put on our processor while it stops again and again: the launched; the attached, too; nobody",
     [](options& to, value word) { return set_placing(to, *word); }},
    {0, "seccomp-bpf", takes::nothing, nullptr, section::tracing,
     "with -f, let the kernel stop only the calls that are traced, which it does anyway where it can",
     [](options& to, value) -> complaint { to.seccomp = true; return fine; }},
    {0, "syscall-limit", takes::argument, "COUNT", section::tracing,
     "let all go after so many calls",
     [](options& to, value count) { return set_limit(to, *count); }},

    {'e', nullptr, takes::argument, "EXPRESSION", section::filtering,
     "QUALIFIER=SET, where QUALIFIER is abbrev, fault, inject, quiet, raw, read, signal, status, trace,\n"
     "verbose or write, see there; SET alone is one of calls to trace",
     [](options& to, value expression) { return set_expression(to, *expression); }},
    {0, "trace", takes::argument, "[!]SET", section::filtering,
     "trace these calls: names, %class, /regex, all, none",
     [](options& to, value set) { return set_trace(to, *set); }},
    {'P', "trace-path", takes::argument, "PATH", section::filtering,
     "trace only calls that are about this file; may be given several times",
     [](options& to, value path) -> complaint { to.accesses.paths.emplace_back(*path); return fine; }},
    {0, "trace-fds", takes::argument, "[!]SET", section::filtering,
     "trace only calls that are about these descriptors, or about a file of -P",
     [](options& to, value set) { return set_traced_descriptors(to, *set); }},
    {0, "signal", takes::argument, "[!]SET", section::filtering,
     "print these signals",
     [](options& to, value set) { return set_signals(to, *set); }},
    {0, "signals", takes::argument, nullptr, section::filtering, nullptr,
     [](options& to, value set) { return set_signals(to, *set); }},
    {0, "status", takes::argument, "[!]SET", section::filtering,
     "print only calls that came to this: successful, failed, unfinished, unavailable, detached",
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
     "let these calls fail with that error (ENOSYS) without running; WHEN: FIRST[..LAST][+[STEP]], counted\n"
     "for each call and each thread",
     [](options& to, value rule) { return add_fault(to, *rule); }},
    {0, "inject", takes::argument, "SET[:error=ERRNO|:retval=VALUE][:signal=SIGNAL][:syscall=NAME][:delay_enter=TIME]"
                                   "[:delay_exit=TIME][:poke_enter=@argN=HEX][:poke_exit=@argN=HEX][:when=WHEN]",
     section::tampering,
     "let them fail or return VALUE without running, or run NAME instead (%pure calls only); send SIGNAL;\n"
     "hold them up for TIME, in us, or with s, ms, us or ns behind; write bytes to where arguments point",
     [](options& to, value rule) { return add_injection(to, *rule); }},

    {'a', "columns", takes::argument, "COLUMN", section::output,
     "where \"=\" stands (40)",
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
     "text (strace's, the default), uroot, json, or json,entries: also a line when a call is made",
     [](options& to, value word) { return set_format(to, *word); }},
    {'i', "instruction-pointer", takes::nothing, nullptr, section::output,
     "print where each call was made",
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
     "when the trace cannot be written any more (the disk is full, or the reader of a pipe has left), say so\n"
     "in one line, and: continue, let COMMAND run to its end and end with its status (the default); fail,\n"
     "the same but end with status 1; kill, kill COMMAND and end with status 1. Attached processes are\n"
     "let go. With -ff, a file that cannot be written ends the trace of its thread, not of the others",
     [](options& to, value word) { return set_output_error(to, *word); }},
    {0, "output-separately", takes::nothing, nullptr, section::output,
     "write into a file per thread, FILE.ID",
     [](options& to, value) -> complaint { to.output.separately = true; return fine; }},
    {'q', nullptr, takes::nothing, nullptr, section::output,
     "leave out lines about attaching and changes of personality; -qq: also how threads ended;\n"
     "-qqq: all that can be left out",
     [](options& to, value) -> complaint { ++to.forms.quiet; return fine; }},
    {0, "quiet", takes::optional, "SET", section::output,
     "leave out: attach, exit, path-resolution, personality, thread-execve, all; alone, as -q",
     [](options& to, value set) { return set_quiet(to, set.value_or("attach,personality")); }},
    {0, "silence", takes::optional, nullptr, section::output, nullptr,
     [](options& to, value set) { return set_quiet(to, set.value_or("attach,personality")); }},
    {0, "silent", takes::optional, nullptr, section::output, nullptr,
     [](options& to, value set) { return set_quiet(to, set.value_or("attach,personality")); }},
    {'r', "relative-timestamps", takes::optional, "s|ms|us|ns", section::output,
     "print the time since the line before",
     [](options& to, value how) { return set_precision(to.text.relative, to.text.relative_to, how); }},
    {0, "raw", takes::argument, "[!]SET", section::output,
     "print arguments of these calls as bare numbers (none)",
     [](options& to, value set) { return set_raw(to, *set); }},
    {0, "read", takes::argument, "[!]SET", section::output,
     "dump all that is read from these descriptors (none)",
     [](options& to, value set) { return set_read_from(to, *set); }},
    {'s', "string-limit", takes::argument, "SIZE", section::output,
     "bytes of a string that are shown (32)",
     [](options& to, value size) { return set_size(*size, to.capture.string_limit, INT_MAX / 2); }},
    {'t', nullptr, takes::nothing, nullptr, section::output,
     "print the time of day; -tt: with microseconds; -ttt: since 1970",
     [](options& to, value) { return set_short_times(to); }},
    {0, "absolute-timestamps", takes::optional, "[FORMAT,]PRECISION", section::output,
     "the same, FORMAT: time, unix or none; PRECISION: s, ms, us or ns", set_times},
    {0, "timestamps", takes::optional, nullptr, section::output, nullptr, set_times},
    {'T', "syscall-times", takes::optional, "s|ms|us|ns", section::output,
     "print the time spent in each call",
     [](options& to, value how) { return set_precision(to.text.durations, to.text.durations_to, how); }},
    {'v', "no-abbrev", takes::nothing, nullptr, section::output,
     "print structures and arrays in full",
     [](options& to, value) -> complaint {
         to.in_full.reset();
         to.capture.verbose = true;
         to.capture.most_reads = 1 << 13;   // what is not abbreviated takes more of them
         return fine;
     }},
    {0, "verbose", takes::argument, "[!]SET", section::output,
     "print what is in the structures of these calls, not only where they are (all)",
     [](options& to, value set) { return set_dereferenced(to, *set); }},
    {0, "write", takes::argument, "[!]SET", section::output,
     "dump all that is written to these descriptors (none)",
     [](options& to, value set) { return set_written_to(to, *set); }},
    {'x', nullptr, takes::nothing, nullptr, section::output,
     "print strings that have unprintable bytes in hexadecimal; -xx: all strings",
     [](options& to, value) { return set_short_hex(to); }},
    {0, "strings-in-hex", takes::optional, "none|non-ascii-chars|non-ascii|all", section::output,
     "print such characters, such strings, or all strings in hexadecimal", set_hex},
    {'y', nullptr, takes::nothing, nullptr, section::output,
     "print the paths of descriptors; -yy: and all that can be known of them", describe_more},
    {0, "decode-fds", takes::optional, "SET", section::output,
     "print this of descriptors: path (the default), socket, dev, eventfd, pidfd, signalfd, all",
     [](options& to, value set) { return set_descriptor_details(to, set.value_or("path")); }},
    {'Y', nullptr, takes::nothing, nullptr, section::output,
     "print the names of processes behind their ids",
     [](options& to, value) -> complaint { to.capture.processes = {.command = true}; return fine; }},
    {0, "decode-pids", takes::argument, "SET", section::output,
     "print this of processes: comm, pidns (their ids in our namespace), all",
     [](options& to, value set) { return set_process_details(to, *set); }},
    {0, "pidns-translation", takes::nothing, nullptr, section::output,
     "the same as --decode-pids=pidns, of old",
     [](options& to, value) -> complaint { to.capture.processes = {.outside = true}; return fine; }},
    {'X', "const-print-style", takes::argument, "STYLE", section::output,
     "print constants raw, abbrev(iated) or verbose", set_constants},

    {'c', "summary-only", takes::nothing, nullptr, section::statistics,
     "print how often each call was made and how long it took, and nothing else",
     [](options& to, value) { return set_summary(to, true); }},
    {'C', "summary", takes::nothing, nullptr, section::statistics,
     "print that after the trace",
     [](options& to, value) { return set_summary(to, false); }},
    {'O', "summary-syscall-overhead", takes::argument, "TIME", section::statistics,
     "what tracing adds to each call, to be taken off; in us, or with s, ms, us or ns behind",
     [](options& to, value time) { return set_overhead(to, *time); }},
    {'S', "summary-sort-by", takes::argument, "COLUMN", section::statistics,
     "sort by time (the default), min-time, max-time, avg-time, calls, errors, name or nothing",
     [](options& to, value by) { return set_sorting(to, *by); }},
    {'U', "summary-columns", takes::argument, "COLUMN[,COLUMN]...", section::statistics,
     "the columns: time-percent, total-time, min-time, max-time, avg-time, calls, errors, name,\n"
     "wall-total, wall-min, wall-max, wall-avg",
     [](options& to, value list) { return set_columns(to, *list); }},
    {'w', "summary-wall-clock", takes::nothing, nullptr, section::statistics,
     "count the time from entry to exit, not what the kernel worked",
     [](options& to, value) -> complaint { to.counts.wall_clock = true; return fine; }},

    {'h', "help", takes::nothing, nullptr, section::misc,
     "print this",
     [](options& to, value) -> complaint { to.help = true; return fine; }},
    {'V', "version", takes::nothing, nullptr, section::misc,
     "print the version",
     [](options& to, value) -> complaint { to.version = true; return fine; }},
};

constexpr int first_long_only = UCHAR_MAX + 1;

/// getopt_long's view of the table. Row n without a letter has the code `first_long_only` + n.
struct getopt_tables {
    std::string letters = "+:";   // stop at the first operand; tell a missing argument from an unknown option
    std::vector<::option> names;
};

/// Another name has the code of the row it stands behind, so that getopt takes
/// the beginning of both for one option.
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

/// The option that getopt_long did not understand, in its words.
std::string not_understood(std::span<char* const> words, int word, int letter, bool needs_argument)
{
    std::string_view const option = words[static_cast<std::size_t>(word)];
    if (!option.starts_with("--"))
        return (needs_argument ? "option requires an argument -- '" : "invalid option -- '") + std::string{static_cast<char>(letter)} + "'";
    auto const name = option.substr(0, option.find('='));
    auto const quoted = "'" + std::string{name} + "'";
    if (needs_argument)
        return "option " + quoted + " requires an argument";
    // The name can be a beginning of several, or known but without arguments.
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

/// What was given in short and in long.
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

/// What makes no sense where only entries are seen, and nobody is attached to.
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

/// What is wrong with options that are each right.
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
        return "PROG [ARGS] and --attach-later are mutually exclusive";   // it would not end with PROG
    if (all.kill_on_exit && attaches)
        return "--kill-on-exit and -p/--attach are mutually exclusive options";
    if (all.detach_at_exec && all.daemon != app::daemon::no)
        return "-b/--detach-on and -D/--daemonize are mutually exclusive";   // it would be let go at once
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

/// Turns what was said in short into what it means.
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
    // Nobody looks at the terminal for a trace that goes elsewhere.
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
    std::vector<std::string> copies = arguments;   // getopt wants to be able to write
    std::vector<char*> words;
    for (auto& each : copies)
        words.push_back(each.data());
    words.push_back(nullptr);
    auto const count = static_cast<int>(copies.size());

    static getopt_tables const tables = make_getopt_tables();
    options parsed;
    opterr = 0;
    optind = 0;   // glibc: begin anew, see getopt(3), "Notes"
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
                       "Traces the system calls and signals of COMMAND, or of processes that run already.\n";
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
            "cotrace ends as COMMAND did: with the same exit status, or by the same signal. Its own\n"
            "failures: 127, COMMAND was not found; 126, it could not be run; 1, anything else.\n"
            "\n"
            "SIGTERM and SIGHUP are passed on to COMMAND. cotrace traces COMMAND until it ends, and then lets\n"
            "go what COMMAND left running. ^C and ^\\ reach COMMAND from the terminal, and cotrace does not\n"
            "react to them while COMMAND runs. After its end, SIGTERM, SIGHUP and a repeated ^C let go what it\n"
            "left running. Without a COMMAND, any of these signals lets the traced processes go. The next signal\n"
            "ends cotrace at once and kills COMMAND, as SIGKILL does.\n"
            "Where the kernel filters the calls (-f with -e trace, and --entries-only), what COMMAND left\n"
            "running cannot be let go, because its calls would fail: cotrace stays until it has ended, and the\n"
            "next signal kills it.\n";
    return text;
}

} // namespace cotrace::app
