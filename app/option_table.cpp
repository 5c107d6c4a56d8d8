// SPDX-License-Identifier: BSL-1.0
#include "option_table.hpp"

#include "answer_options.hpp"
#include "option_setters.hpp"
#include "output_names.hpp"
#include "playback.hpp"
#include "qualifiers.hpp"
#include "shell_words.hpp"
#include "stop_limits_parsing.hpp"
#include "tips.hpp"

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

/// Applies an option that sets a bool to true. `Path` selects a member of `options`, or with two pointers a member of that
/// member.
template <auto... Path>
usage_error turn_on(options& to, option_argument)
{
    (to .* ... .* Path) = true;
    return no_error;
}

/// Applies an option whose argument is stored unchanged in the member that `Path` selects (see `turn_on`).
template <auto... Path>
usage_error assign(options& to, option_argument given)
{
    (to .* ... .* Path) = *given;
    return no_error;
}

/// Applies an option that counts how often it is given, in the member that `Path` selects (see `turn_on`).
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
    {0, {"attach-all"}, no_argument, nullptr, help_section::startup,
     "observe the whole system except cotrace; needs --observe",
     without_argument<add_everything>, own},
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
    {0, {"run"}, required_argument, "COMMAND-LINE", help_section::startup,
     "also start and trace this command; may be given several times, with and without COMMAND and -p; the command "
     "line is split into words as a shell does it, with quotes, but nothing is expanded; each line of the trace "
     "begins with the number and the name of its command: [1 ls]; cotrace exits with the highest status of the "
     "commands (128 + N if signal N killed one), or with 1 if one could not be started",
     with_argument<add_run>, own},
    {'u', {"user"}, required_argument, "NAME", help_section::startup,
     "run COMMAND as this user, or as the numbers UID:GID",
     assign<&options::user>},
    {0, {"argv0"}, required_argument, "NAME", help_section::startup,
     "the argv[0] of COMMAND",
     assign<&options::argv0>},

    {'b', {"detach-on"}, required_argument, "execve", help_section::tracing,
     "detach from a process when it executes another program", with_argument<detach_on>},
    {0, {"buffer-size"}, required_argument, "SIZE", help_section::tracing,
     "with --observe or %io_uring, the size of the ring buffer, such as 256MiB (at most 1GiB; the default is 64MiB); records are lost "
     "when it is full",
     with_argument<set_buffer_size>, own},
    {'D', {}, no_argument, nullptr, help_section::tracing,
     "run cotrace as a detached grandchild of COMMAND, so that COMMAND keeps cotrace's process id and "
     "parent; -DD: run cotrace in its own process group; -DDD: in its own session",
     count<&options::forms, &short_forms::daemon>},
    {0, {"daemonize", "daemonised", "daemonized"}, optional_argument, "grandchild|pgroup|session", help_section::tracing,
     "-D, -DD or -DDD", set_daemon},
    {0, {"entries-only"}, no_argument, nullptr, help_section::tracing,
     "print the calls of COMMAND and its descendants when they are made, without their results (seccomp's "
     "user notification); this is several times faster, and debuggers can attach to COMMAND; "
     "if cotrace is killed by SIGKILL, COMMAND is killed too; the descendants of COMMAND run on, "
     "and each call of them that would have been printed fails with ENOSYS",
     without_argument<set_entries_only>, own},
    {'f', {}, no_argument, nullptr, help_section::tracing,
     "also trace the threads and processes that are created; -ff: write one file for each thread",
     without_argument<set_short_follow>},
    {0, {"follow-forks"}, no_argument, nullptr, help_section::tracing,
     "-f",
     without_argument<set_follow>},
    {0, {"in-kernel-filter"}, required_argument, "auto|never", help_section::tracing,
     "auto: with -f, a seccomp program in COMMAND selects the calls that are traced, where that is possible (the "
     "default); never: COMMAND gets no seccomp program, and stops at every call",
     with_argument<set_in_kernel_filter>, own},
    {'I', {"interruptible"}, required_argument, "WHEN", help_section::tracing,
     "which signals end the tracing: 1 or 2, all that end a program; 3, none; 4, none, and ^Z does not "
     "stop cotrace (the default with -D)",
     with_argument<set_interrupt>},
    {0, {"kill-on-exit"}, no_argument, nullptr, help_section::tracing,
     "kill COMMAND when cotrace is killed; this is always so",
     turn_on<&options::kill_on_exit>},
    {0, {"max-depth"}, required_argument, "N", help_section::tracing,
     "-f, but only for N generations of processes below COMMAND and the attached processes; 0: only new threads",
     with_argument<set_depth>, own},
    {0, {"observe"}, optional_argument, "always|try", help_section::tracing,
     "observe with eBPF: processes never stop, and an observed call takes half a microsecond longer instead of ten or a "
     "hundred; needs CAP_BPF and CAP_PERFMON; try: with ptrace if that is not possible",
     set_observation, own},
    {0, {"placement"}, required_argument, "automatic|always|off", help_section::tracing,
     "which threads that stop often are moved to cotrace's CPU: automatic, launched threads; always, attached threads, "
     "too; off, none. With always and -p, a SIGKILL of cotrace leaves the attached programs on one CPU",
     with_argument<set_placement>, own},
    {0, {"seccomp-bpf"}, no_argument, nullptr, help_section::tracing,
     "with -f, stop only at the calls that are traced; this is always so where it is possible, see --help=effects",
     turn_on<&options::seccomp>},
    {0, {"stop-after"}, required_argument, "LIMIT[,LIMIT]...", help_section::tracing,
     "detach from all processes when the first of these limits is reached: a time (s, ms, min or h), a size "
     "of the trace (B, kB, MB, GB, KiB, MiB or GiB), or a number of calls (calls), such as 10s,100MB,1000calls; "
     "COMMAND runs on, and cotrace waits for its end",
     with_argument<set_stop_limits>, own},
    {0, {"syscall-limit"}, required_argument, "COUNT", help_section::tracing,
     "detach from all processes after COUNT calls",
     with_argument<set_limit>},
    {0, {"threads-only"}, no_argument, nullptr, help_section::tracing,
     "-f, but only for new threads of the traced processes, not for new processes",
     without_argument<set_threads_only>, own},
    {0, {"until"}, required_argument, "EXPR", help_section::tracing,
     "detach from all processes after the first event for which EXPR holds, see --where",
     [](options& to, option_argument expression) { return set_condition(to.until, "--until", *expression); }, own},

    {'e', {}, required_argument, "EXPRESSION", help_section::filtering,
     "QUALIFIER=SET, where QUALIFIER is abbrev, decode-fds, decode-pids, fault, inject, kvm, namespace, "
     "quiet, raw, read, secontext, signal, status, trace, trace-fds, verbose or write, which mean what the long "
     "options mean; SET alone means trace=SET",
     with_argument<set_expression>},
    {0, {"trace"}, required_argument, "[!]SET", help_section::filtering,
     "trace these calls: names, %class, /regex, all, none; see --help=trace",
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
    {0, {"longer-than"}, required_argument, "TIME", help_section::filtering,
     "print and count only the calls that took longer than TIME, such as 10ms; in us, or with the suffix s, ms, us or ns",
     with_argument<set_longer_than>, own},
    {0, {"where"}, required_argument, "EXPR", help_section::filtering,
     "print and count only the events for which EXPR holds, such as: error == ENOENT && duration > 5ms; "
     "names: name, error, result, duration, path, fd, args.NAME, signal, status and others; operators: "
     "&& || ! == != < <= > >= ~ !~ has in. The program stops at all calls that -e trace selects, whatever EXPR "
     "says, so -e trace makes the tracing faster",
     [](options& to, option_argument expression) { return set_condition(to.text.where, "--where", *expression); }, own},

    {0, {"fault"}, required_argument, "SET[:error=ERRNO][:syscall=NAME][:path=PATTERN][:when=WHEN]", help_section::tampering,
     "let these calls fail with ERRNO (default: ENOSYS) without executing them; WHEN: FIRST[..LAST][+[STEP]], "
     "counted for each call and each thread; see --help=inject",
     with_argument<add_fault>},
    {0, {"inject"}, required_argument,
     "SET[:error=ERRNO|:retval=VALUE][:signal=SIGNAL][:syscall=NAME][:delay_enter=TIME]"
     "[:delay_exit=TIME][:poke_enter=@argN=HEX][:poke_exit=@argN=HEX][:path=PATTERN][:when=WHEN]",
     help_section::tampering,
     "let these calls fail or return VALUE without executing them, or execute NAME instead (%pure calls only); "
     "send SIGNAL; delay them by TIME, in us or with the suffix s, ms, us or ns; write bytes to the memory "
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
    {0, {"clock"}, required_argument, "realtime|monotonic|boottime", help_section::output,
     "the clock of -t, -r and the times of --format=json, rows and csv, see clock_gettime(2); the last two count from boot, and "
     "are not changed when the time of day is set",
     with_argument<set_clock>, own},
    {0, {"color"}, optional_argument, "auto|always|never", help_section::output,
     "print the text in colors; auto, the default: on a terminal, if NO_COLOR is not in the environment and "
     "TERM is not dumb; always, which --color alone means: also to files and pipes. The environment variable "
     "STRACE_COLORS changes the colors, for example to 'syscall=1;33:error=31'; the names are argname, argval, "
     "call, comment, const, error, punct, retval and syscall",
     set_color},
    {0, {"format"}, required_argument, "text|uroot|json|json,entries|rows|csv|folded|folded,time|perfetto", help_section::output,
     "the form of the trace: text is as strace (the default); json,entries also prints a line when a call is made; rows and csv "
     "write a row with the same columns for each call, for databases; folded counts the calls of each call stack, as "
     "programs that draw flame graphs need it; folded,time adds up the microseconds that they took; perfetto writes a "
     "timeline into the file of -o, which ui.perfetto.dev opens",
     with_argument<set_format>, own},
    {0, {"host-label"}, required_argument, "NAME", help_section::output,
     "the column host of --format=rows and --format=csv; the default is the name of the traced host",
     assign<&options::host_label>, own},
    {'i', {"instruction-pointer"}, no_argument, nullptr, help_section::output,
     "print the instruction pointer of each call",
     turn_on<&options::text, &render::text_options::pointers>},
    {'k', {}, no_argument, nullptr, help_section::output,
     "print the call stack after each call and signal; -kk: with source files and lines",
     count<&options::forms, &short_forms::stacks>},
    {0, {"stack-trace", "stack-traces"}, optional_argument, "symbol|source", help_section::output,
     "-k or -kk",
     set_stack_trace},
    {0, {"stack-trace-frame-limit"}, required_argument, "COUNT", help_section::output,
     "print at most COUNT frames of a call stack (256)",
     with_argument<set_stack_limit>},
    {0, {"stack-when"}, required_argument, "CASE[,CASE]...", help_section::output,
     "print the call stack only after calls that failed (failed), calls that took longer than TIME "
     "(longer-than=TIME), or signals (signal)",
     with_argument<set_stack_conditions>, own},
    {0, {"kvm"}, required_argument, "vcpu", help_section::output,
     "print the reason for which KVM_RUN returned",
     with_argument<set_kvm>},
    {'n', {"syscall-number"}, no_argument, nullptr, help_section::output,
     "print each call's number",
     turn_on<&options::text, &render::text_options::numbers>},
    {'N', {"arg-names"}, no_argument, nullptr, help_section::output,
     "print the names of arguments: strace's names, which are mostly those of the manual pages, not of the kernel's prototypes",
     turn_on<&options::text, &render::text_options::labels>},
    {0, {"namespace"}, required_argument, "new", help_section::output,
     "print the namespaces that clone, clone3, setns and unshare make or enter",
     with_argument<set_namespaces>},
    {'o', {"output"}, required_argument, "FILE", help_section::output,
     "write to FILE, or to the standard input of '|COMMAND', instead of standard error",
     with_argument<set_output>},
    {0, {"on-output-error"}, required_argument, "continue|fail|kill", help_section::output,
     "what to do when the trace cannot be written any more (the disk is full, or the reader of a pipe has "
     "closed it), after an error message: continue, let COMMAND run to its end and exit with its status (the "
     "default); fail, let COMMAND run to its end and exit with status 1; kill, kill COMMAND and exit with "
     "status 1. Attached processes are detached. With -ff, an error of one file ends only the trace of its "
     "thread",
     with_argument<set_output_error>, own},
    {0, {"record"}, required_argument, "FILE", help_section::output,
     "record the trace in FILE, which `cotrace view FILE` shows in any format and with any option; strings are recorded up "
     "to 4096 bytes, structures as with -v, and file descriptors as with -y; -s, -y and -v change that",
     assign<&options::record_file>, own},
    {0, {"keep-last"}, required_argument, "NUMBER|SIZE", help_section::output,
     "with --record: keep only the newest records in memory, this number or this size such as 16MiB, and write them when a "
     "process is killed by a signal, when cotrace gets SIGUSR1, and at the end of --until, --stop-after or --syscall-limit",
     with_argument<set_kept_records>, own},
    {0, {"redact"}, required_argument, "buffers|strings", help_section::output,
     "keep contents out of the trace: of buffers that are read, written, sent and received, or of buffers and of all strings "
     "except paths",
     with_argument<set_redaction>, own},
    {0, {"output-name"}, required_argument, "PATTERN", help_section::output,
     "with -ff, the names of the files: %p thread id, %P process id, %c command name, %n a number that counts "
     "up, %t the time in seconds, %% a percent sign; with -o FILE, the files are FILE.NAME, and with -o FOLDER/, "
     "FOLDER/NAME",
     with_argument<set_output_name>, own},
    {0, {"output-separately"}, no_argument, nullptr, help_section::output,
     "write one file for each thread, FILE.ID; if an id is used again, FILE.ID.2 and so on",
     turn_on<&options::output, &output_options::separately>},
    {'q', {}, no_argument, nullptr, help_section::output,
     "omit lines about attaching and changes of personality; -qq: also lines about the end of threads; "
     "-qqq: all lines that can be omitted",
     count<&options::forms, &short_forms::quiet>},
    {0, {"quiet", "silence", "silent"}, optional_argument, "SET", help_section::output,
     "omit these lines: attach, exit, path-resolution, personality, thread-execve, all (default: as -q)",
     [](options& to, option_argument set) { return set_quiet(to, set.value_or("attach,personality")); }},
    {0, {"report"}, required_argument, "FILE", help_section::output,
     "write FILE as a page for a browser, with a timeline, and tables of calls, errors, processes, files and sockets; "
     "the trace itself is not printed, unless -o, -C or --format is given; looks up descriptors and names as -yy -Y",
     with_argument<set_report>, own},
    {'r', {"relative-timestamps"}, optional_argument, "s|ms|us|ns", help_section::output,
     "print the time since the previous line",
     [](options& to, option_argument how) { return set_precision(to.text.relative, to.text.relative_to, how); }},
    {0, {"raw"}, required_argument, "[!]SET", help_section::output,
     "print the arguments of these calls as numbers (none)",
     with_argument<set_raw>},
    {0, {"read"}, required_argument, "[!]SET", help_section::output,
     "dump all data that is read from these file descriptors (none), up to 256 MiB of each call",
     with_argument<set_read_from>},
    {0, {"secontext"}, optional_argument, "FORMAT", help_section::output,
     "print the SELinux contexts of threads, files and file descriptors in square brackets; FORMAT: full (the "
     "whole context, not only the type), mismatch (after \"!!\", the context that the policy gives to a file, if it is "
     "another one), none; nothing is printed where SELinux is not enabled",
     [](options& to, option_argument set) { return set_contexts(to, set.value_or("!full,mismatch")); }},
    {'s', {"string-limit"}, required_argument, "SIZE|unlimited", help_section::output,
     "print at most SIZE bytes of a string (32); unlimited: print strings whole",
     with_argument<set_string_limit>},
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
    {0, {"whole-lines"}, no_argument, nullptr, help_section::output,
     "print the line of a call when the call ends, whole and with the time of its entry; no line is cut by "
     "\"<unfinished ...>\" and \"<... resumed>\"",
     turn_on<&options::text, &render::text_options::whole_lines>, own},
    {0, {"write"}, required_argument, "[!]SET", help_section::output,
     "dump all data that is written to these file descriptors (none), up to 256 MiB of each call",
     with_argument<set_written_to>},
    {'x', {}, no_argument, nullptr, help_section::output,
     "print strings that have unprintable bytes in hexadecimal; -xx: all strings",
     without_argument<set_short_hex>},
    {0, {"strings-in-hex"}, optional_argument, "none|non-ascii-chars|non-ascii|all", help_section::output,
     "print these in hexadecimal: nothing, non-ASCII characters, strings with such characters, all strings", set_hex},
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
    {'X', {"const-print-style"}, required_argument, "raw|abbrev|verbose", help_section::output,
     "print constants as numbers, as names (the default), or as numbers and names", with_argument<set_constants>},

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
     "sort by time (the default), min-time, max-time, avg-time, calls, errors, name, p50, p95, p99 or nothing",
     with_argument<set_sorting>},
    {'U', {"summary-columns"}, required_argument, "COLUMN[,COLUMN]...", help_section::statistics,
     "the columns of the summary: time-percent, total-time, min-time, max-time, avg-time, calls, errors, name, "
     "wall-total, wall-min, wall-max, wall-avg, p50, p95, p99, wall-p50, wall-p95, wall-p99",
     with_argument<set_columns>},
    {'w', {"summary-wall-clock"}, no_argument, nullptr, help_section::statistics,
     "count the wall clock time from entry to exit, not the system CPU time",
     turn_on<&options::counts, &render::summary_options::wall_clock>},
    {0, {"by"}, required_argument, "KEY", help_section::statistics,
     "with -c or -C, one row for each process, thread, path, fd, address or error, instead of one for each call",
     with_argument<set_summary_key>, own},
    {0, {"histogram"}, optional_argument, "SET", help_section::statistics,
     "print only a histogram of the times that calls took; with SET, a histogram for each of these calls; after the "
     "trace with -C or --format=text",
     set_histogram, own},
    {0, {"top"}, optional_argument, "N", help_section::statistics,
     "print only the N slowest calls (20), with their arguments; after the trace with -C or --format=text",
     set_slowest, own},

    {'d', {"debug"}, no_argument, nullptr, help_section::misc,
     "print on standard error what cotrace does at each stop of a thread, to find faults of cotrace",
     turn_on<&options::debug>},
    {0, {"from"}, required_argument, "TIME", help_section::view,
     "show only records from TIME on: SECONDS since the beginning of the recording, @SECONDS since 1970, or HH:MM:SS, each "
     "with a fraction if wanted",
     with_argument<set_from>, own},
    {0, {"to"}, required_argument, "TIME", help_section::view,
     "show only records before TIME",
     with_argument<set_to>, own},

    {'h', {"help"}, optional_argument, "trace|inject|quiet|status|decode|format|summary|effects|exit",
     help_section::misc,
     "print this help, or a long part: sets of calls, changes to calls, words of the arguments, what tracing changes, "
     "exit statuses and signals",
     set_help},
    {0, {"tips"}, optional_argument, "[[id:]ID][,][[format:]FORMAT]", help_section::misc,
     "print a tip about cotrace when it ends, also without a COMMAND; ID: its number, or random (the default); "
     "FORMAT: none, compact (the default) or full",
     set_tips},
    {'V', {"version"}, no_argument, nullptr, help_section::misc,
     "print the version and the optional features of this build",
     turn_on<&options::version>},
};

} // namespace

std::span<option_row const> option_table() noexcept { return rows; }

} // namespace cotrace::app
