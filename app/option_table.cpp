// SPDX-License-Identifier: BSL-1.0
#include "option_table.hpp"

#include "option_setters.hpp"
#include "qualifiers.hpp"

#include <climits>

#include <getopt.h>

// The rows of tables are aligned by hand.
// clang-format off

namespace cotrace::app {

namespace {

/// Applies an option that takes an argument: calls the function `Set` with the argument.
template <usage_error (*Set)(options&, std::string_view)>
usage_error with_argument(options& to, option_argument given)
{
    return Set(to, *given);
}

/// Applies an option that takes no argument: calls the function `Set`.
template <usage_error (*Set)(options&)>
usage_error without_argument(options& to, option_argument)
{
    return Set(to);
}

/// Applies an option that sets a bool to true. `Path` selects the bool: one pointer to a member selects a member of
/// `options`, and two pointers select a member of a member of `options`.
template <auto... Path>
usage_error turn_on(options& to, option_argument)
{
    (to .* ... .* Path) = true;
    return no_error;
}

/// Applies an option whose argument is stored unchanged. `Path` selects the member that stores it, by one or two
/// pointers to members, see `turn_on`.
template <auto... Path>
usage_error assign(options& to, option_argument given)
{
    (to .* ... .* Path) = *given;
    return no_error;
}

/// Applies an option that counts how often it is given. `Path` selects the counter, by one or two pointers to members,
/// see `turn_on`.
template <auto... Path>
usage_error count(options& to, option_argument)
{
    ++(to .* ... .* Path);
    return no_error;
}

/// Applies an option that adds a target to `options::sources`. The target has the type `Target`, and is constructed
/// from the argument.
template <class Target>
usage_error add_target(options& to, option_argument given)
{
    to.sources.emplace_back(Target{std::string{*given}});
    return no_error;
}

constexpr bool own = true;

constexpr option_row rows[] = {
    {0, {"attach-cgroup"}, required_argument, "FOLDER", help_section::startup,
     "trace the processes in this cgroup and below",
     add_target<targets::cgroup>, own},
    {0, {"attach-later"}, no_argument, nullptr, help_section::startup,
     "also trace processes that join the cgroup, or get the name, later",
     turn_on<&options::attach_later>, own},
    {0, {"attach-name"}, required_argument, "NAME", help_section::startup,
     "trace the processes with this name, or whose executable file has this name",
     add_target<targets::named>, own},
    {0, {"attach-tree"}, required_argument, "PID", help_section::startup,
     "trace a process and all its descendants", with_argument<add_tree>, own},
    {'E', {"env"}, required_argument, "VAR[=VALUE]", help_section::startup,
     "set VAR for COMMAND; without a value, remove it", with_argument<change_environment>},
    {'p', {"attach"}, required_argument, "PID[,PID]...", help_section::startup,
     "trace processes that are already running",
     with_argument<add_pids>},
    {'u', {"user"}, required_argument, "NAME", help_section::startup,
     "run COMMAND as this user, or as the numbers UID:GID",
     assign<&options::user>},
    {0, {"argv0"}, required_argument, "NAME", help_section::startup,
     "the argv[0] of COMMAND",
     assign<&options::argv0>},

    {'b', {"detach-on"}, required_argument, "execve", help_section::tracing,
     "detach from a process when it executes another program", with_argument<detach_on>},
    {'D', {}, no_argument, nullptr, help_section::tracing,
     "run cotrace as a detached grandchild of COMMAND, so that COMMAND keeps cotrace's process id and\n"
     "parent; -DD: run cotrace in its own process group; -DDD: in its own session",
     count<&options::forms, &short_forms::daemon>},
    {0, {"daemonize", "daemonised", "daemonized"}, optional_argument, "grandchild|pgroup|session", help_section::tracing,
     "-D, -DD or -DDD", set_daemon},
    {0, {"entries-only"}, no_argument, nullptr, help_section::tracing,
     "print the calls of COMMAND and its descendants when they are made, without their results (seccomp's\n"
     "user notification); this is several times faster, and debuggers can attach to COMMAND;\n"
     "if cotrace is killed by SIGKILL, COMMAND is killed too; the descendants of COMMAND run on,\n"
     "and each call of them that would have been printed fails with ENOSYS",
     without_argument<set_entries_only>, own},
    {'f', {}, no_argument, nullptr, help_section::tracing,
     "also trace the threads and processes that are created; -ff: write one file for each thread",
     without_argument<set_short_follow>},
    {0, {"follow-forks"}, no_argument, nullptr, help_section::tracing,
     "-f",
     without_argument<set_follow>},
    {'I', {"interruptible"}, required_argument, "WHEN", help_section::tracing,
     "which signals end the tracing: 1 or 2, all that end a program; 3, none; 4, none, and ^Z does not\n"
     "stop cotrace (the default with -D)",
     with_argument<set_interrupt>},
    {0, {"kill-on-exit"}, no_argument, nullptr, help_section::tracing,
     "kill COMMAND when cotrace is killed; this is always so",
     turn_on<&options::kill_on_exit>},
    {0, {"placement"}, required_argument, "automatic|always|off", help_section::tracing,
     "which threads that stop often are moved to cotrace's CPU: launched threads; attached threads too; none",
     with_argument<set_placement>, own},
    {0, {"seccomp-bpf"}, no_argument, nullptr, help_section::tracing,
     "with -f, stop only at the calls that are traced; this is always so where it is possible",
     turn_on<&options::seccomp>},
    {0, {"syscall-limit"}, required_argument, "COUNT", help_section::tracing,
     "detach from all processes after COUNT calls",
     with_argument<set_limit>},

    {'e', {}, required_argument, "EXPRESSION", help_section::filtering,
     "QUALIFIER=SET, where QUALIFIER is abbrev, fault, inject, quiet, raw, read, signal, status, trace,\n"
     "verbose or write, which mean what the long options mean; SET alone means trace=SET",
     with_argument<set_expression>},
    {0, {"trace"}, required_argument, "[!]SET", help_section::filtering,
     "trace these calls: names, %class, /regex, all, none",
     with_argument<set_trace>},
    {'P', {"trace-path"}, required_argument, "PATH", help_section::filtering,
     "trace only calls that use this file; may be given several times",
     with_argument<add_path>},
    {0, {"trace-fds"}, required_argument, "[!]SET", help_section::filtering,
     "trace only calls that use these file descriptors, or a file of -P",
     with_argument<set_traced_descriptors>},
    {0, {"signal", "signals"}, required_argument, "[!]SET", help_section::filtering,
     "print these signals",
     with_argument<set_signals>},
    {0, {"status"}, required_argument, "[!]SET", help_section::filtering,
     "print only calls with these outcomes: successful, failed, unfinished, unavailable, detached",
     with_argument<set_statuses>},
    {'z', {"successful-only"}, no_argument, nullptr, help_section::filtering,
     "print only calls that succeeded",
     [](options& to, option_argument) { return only_status(to, call_status::successful); }},
    {'Z', {"failed-only", "failing-only"}, no_argument, nullptr, help_section::filtering,
     "print only calls that failed",
     [](options& to, option_argument) { return only_status(to, call_status::failed); }},

    {0, {"fault"}, required_argument, "SET[:error=ERRNO][:syscall=NAME][:when=WHEN]", help_section::tampering,
     "let these calls fail with ERRNO (default: ENOSYS) without executing them; WHEN: FIRST[..LAST][+[STEP]],\n"
     "counted for each call and each thread",
     with_argument<add_fault>},
    {0, {"inject"}, required_argument,
     "SET[:error=ERRNO|:retval=VALUE][:signal=SIGNAL][:syscall=NAME][:delay_enter=TIME]"
     "[:delay_exit=TIME][:poke_enter=@argN=HEX][:poke_exit=@argN=HEX][:when=WHEN]",
     help_section::tampering,
     "let these calls fail or return VALUE without executing them, or execute NAME instead (%pure calls only);\n"
     "send SIGNAL; delay them by TIME, in us or with the suffix s, ms, us or ns; write bytes to the memory\n"
     "that an argument points to",
     with_argument<add_injection>},

    {'a', {"columns"}, required_argument, "COLUMN", help_section::output,
     "the column of \"=\" (40, at most 4096)",
     with_argument<set_column>},
    {0, {"abbrev"}, required_argument, "[!]SET", help_section::output,
     "abbreviate structures and arrays of these calls (all)",
     with_argument<set_abbreviated>},
    {'A', {"output-append-mode"}, no_argument, nullptr, help_section::output,
     "append to the file of -o",
     turn_on<&options::output, &output_options::append>},
    {0, {"always-show-pid"}, no_argument, nullptr, help_section::output,
     "begin each line with the thread's id",
     turn_on<&options::always_show_pid>},
    {0, {"format"}, required_argument, "text|uroot|json|json,entries", help_section::output,
     "text is as strace (the default); json,entries also prints a line when a call is made",
     with_argument<set_format>, own},
    {'i', {"instruction-pointer"}, no_argument, nullptr, help_section::output,
     "print the instruction pointer of each call",
     turn_on<&options::text, &render::text_options::pointers>},
    {'n', {"syscall-number"}, no_argument, nullptr, help_section::output,
     "print each call's number",
     turn_on<&options::text, &render::text_options::numbers>},
    {'N', {"arg-names"}, no_argument, nullptr, help_section::output,
     "print the names of arguments",
     turn_on<&options::text, &render::text_options::labels>},
    {'o', {"output"}, required_argument, "FILE", help_section::output,
     "write to FILE, or to the standard input of '|COMMAND', instead of standard error",
     with_argument<set_output>},
    {0, {"on-output-error"}, required_argument, "continue|fail|kill", help_section::output,
     "what to do when the trace cannot be written any more (the disk is full, or the reader of a pipe has\n"
     "closed it), after an error message: continue, let COMMAND run to its end and exit with its status (the\n"
     "default); fail, let COMMAND run to its end and exit with status 1; kill, kill COMMAND and exit with\n"
     "status 1. Attached processes are detached. With -ff, an error of one file ends only the trace of its\n"
     "thread",
     with_argument<set_output_error>, own},
    {0, {"output-separately"}, no_argument, nullptr, help_section::output,
     "write one file for each thread, FILE.ID",
     turn_on<&options::output, &output_options::separately>},
    {'q', {}, no_argument, nullptr, help_section::output,
     "omit lines about attaching and changes of personality; -qq: also lines about the end of threads;\n"
     "-qqq: all lines that can be omitted",
     count<&options::forms, &short_forms::quiet>},
    {0, {"quiet", "silence", "silent"}, optional_argument, "SET", help_section::output,
     "omit these lines: attach, exit, path-resolution, personality, thread-execve, all (default: as -q)",
     [](options& to, option_argument set) { return set_quiet(to, set.value_or("attach,personality")); }},
    {'r', {"relative-timestamps"}, optional_argument, "s|ms|us|ns", help_section::output,
     "print the time since the previous line",
     [](options& to, option_argument how) { return set_precision(to.text.relative, to.text.relative_to, how); }},
    {0, {"raw"}, required_argument, "[!]SET", help_section::output,
     "print the arguments of these calls as numbers (none)",
     with_argument<set_raw>},
    {0, {"read"}, required_argument, "[!]SET", help_section::output,
     "dump all data that is read from these file descriptors (none), up to 256 MiB of each call",
     with_argument<set_read_from>},
    {'s', {"string-limit"}, required_argument, "SIZE", help_section::output,
     "print at most SIZE bytes of a string (32)",
     [](options& to, option_argument size) { return set_size(*size, to.capture.string_limit, INT_MAX / 2); }},
    {'t', {}, no_argument, nullptr, help_section::output,
     "print the time of day; -tt: with microseconds; -ttt: since 1970",
     without_argument<set_short_times>},
    {0, {"absolute-timestamps", "timestamps"}, optional_argument, "[FORMAT,]PRECISION", help_section::output,
     "print the time of each line; FORMAT: time, unix or none; PRECISION: s, ms, us or ns", set_times},
    {'T', {"syscall-times"}, optional_argument, "s|ms|us|ns", help_section::output,
     "print the time spent in each call",
     [](options& to, option_argument how) { return set_precision(to.text.durations, to.text.durations_to, how); }},
    {'v', {"no-abbrev"}, no_argument, nullptr, help_section::output,
     "print structures and arrays in full",
     without_argument<set_verbose>},
    {0, {"verbose"}, required_argument, "[!]SET", help_section::output,
     "print the content of the structures of these calls, not only the addresses (all)",
     with_argument<set_dereferenced>},
    {0, {"write"}, required_argument, "[!]SET", help_section::output,
     "dump all data that is written to these file descriptors (none), up to 256 MiB of each call",
     with_argument<set_written_to>},
    {'x', {}, no_argument, nullptr, help_section::output,
     "print strings that have unprintable bytes in hexadecimal; -xx: all strings",
     without_argument<set_short_hex>},
    {0, {"strings-in-hex"}, optional_argument, "none|non-ascii-chars|non-ascii|all", help_section::output,
     "print in hexadecimal: nothing, non-ASCII characters, strings with such characters, or all strings", set_hex},
    {'y', {}, no_argument, nullptr, help_section::output,
     "print the paths of file descriptors; -yy: all details of file descriptors",
     without_argument<set_short_descriptor_details>},
    {0, {"decode-fds"}, optional_argument, "SET", help_section::output,
     "print these details of file descriptors: path (the default), socket, dev, eventfd, pidfd, signalfd, all",
     [](options& to, option_argument set) { return set_descriptor_details(to, set.value_or("path")); }},
    {'Y', {}, no_argument, nullptr, help_section::output,
     "print the name of a process after its id",
     without_argument<set_process_names>},
    {0, {"decode-pids"}, required_argument, "SET", help_section::output,
     "print these details of processes: comm, pidns (the ids in cotrace's pid namespace), all",
     with_argument<set_process_details>},
    {0, {"pidns-translation"}, no_argument, nullptr, help_section::output,
     "--decode-pids=pidns (obsolete)",
     without_argument<set_pidns_translation>},
    {'X', {"const-print-style"}, required_argument, "STYLE", help_section::output,
     "print constants raw, abbrev(iated) or verbose", with_argument<set_constants>},

    {'c', {"summary-only"}, no_argument, nullptr, help_section::statistics,
     "print only a summary: how often each call was made and how long it took",
     [](options& to, option_argument) { return set_summary(to, true); }},
    {'C', {"summary"}, no_argument, nullptr, help_section::statistics,
     "print the trace, and the summary after it",
     [](options& to, option_argument) { return set_summary(to, false); }},
    {'O', {"summary-syscall-overhead"}, required_argument, "TIME", help_section::statistics,
     "subtract TIME from each call as the cost of tracing; in us, or with the suffix s, ms, us or ns",
     with_argument<set_overhead>},
    {'S', {"summary-sort-by"}, required_argument, "COLUMN", help_section::statistics,
     "sort by time (the default), min-time, max-time, avg-time, calls, errors, name or nothing",
     with_argument<set_sorting>},
    {'U', {"summary-columns"}, required_argument, "COLUMN[,COLUMN]...", help_section::statistics,
     "the columns of the summary: time-percent, total-time, min-time, max-time, avg-time, calls, errors, name,\n"
     "wall-total, wall-min, wall-max, wall-avg",
     with_argument<set_columns>},
    {'w', {"summary-wall-clock"}, no_argument, nullptr, help_section::statistics,
     "count the wall clock time from entry to exit, not the system CPU time",
     turn_on<&options::counts, &render::summary_options::wall_clock>},

    {'h', {"help"}, no_argument, nullptr, help_section::misc,
     "print this help",
     turn_on<&options::help>},
    {'V', {"version"}, no_argument, nullptr, help_section::misc,
     "print the version",
     turn_on<&options::version>},
};

} // namespace

std::span<option_row const> option_table() noexcept { return rows; }

} // namespace cotrace::app
