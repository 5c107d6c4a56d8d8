// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "answer_options.hpp"

#include <cotrace/access_filter.hpp>
#include <cotrace/capture.hpp>
#include <cotrace/filter.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/injection.hpp>
#include <cotrace/placement.hpp>
#include <cotrace/predicate.hpp>
#include <cotrace/record.hpp>
#include <cotrace/render/summary.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/session.hpp>
#include <cotrace/targets.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cotrace::app {

/// The format of the trace: options --format and --record.
enum class output_format : std::uint8_t {
    text,
    uroot,
    json,
    json_with_entries,   ///< JSON with one more line at the entry of each call
    rows,                ///< a flat JSON object for each call
    csv,                 ///< CSV: a line with the names of the columns, then a line for each call
    folded,              ///< for each call stack, the number of calls
    folded_time,         ///< for each call stack, the time that the calls took
    perfetto,            ///< a trace that Perfetto opens
    trace_file,          ///< a trace file, see cotrace/trace_file.hpp: --record
};

/// Whether the text has colors: option --color.
enum class color_choice : std::uint8_t {
    automatic,   ///< colors only on a terminal that shows colors, see `terminal_has_colors`
    always,
    never,
};

/// Whether cotrace observes with BPF programs instead of tracing with ptrace: option --observe.
enum class observing : std::uint8_t {
    no,
    yes,
    if_possible,   ///< observe, or trace with ptrace if observation is not possible here
};

/// Which signals end the tracing: option -I.
enum class interruptible : std::uint8_t {
    /// As `always`, except that SIGINT and SIGQUIT are ignored while COMMAND runs, because COMMAND also gets them from the
    /// terminal. The first of these signals after the end of COMMAND is ignored, too.
    by_default,
    always,        ///< SIGHUP, SIGINT, SIGQUIT and SIGTERM end the tracing
    never,         ///< none of these signals ends the tracing
    never_stops,   ///< none of these signals ends the tracing, and the terminal's SIGTSTP does not stop cotrace
};

/// What happens when the trace cannot be written any more: option --on-output-error.
enum class output_error : std::uint8_t {
    go_on,   ///< COMMAND runs to its end, and cotrace ends with the status of COMMAND
    fail,    ///< COMMAND runs to its end, and cotrace ends with status 1
    kill,    ///< COMMAND is killed, and cotrace ends with status 1
};

/// The lines that are not printed: options -q and -e quiet.
struct quiet_options {
    bool attach = false;            ///< "Process N attached", "Process N detached"
    bool exit = false;              ///< "+++ exited with N +++"
    bool path_resolution = false;   ///< "Requested path ... resolved into ..."
    bool personality = false;       ///< "[ Process PID=N runs in 32 bit mode. ]"
    bool thread_execve = false;     ///< "+++ superseded by execve in pid N +++"

    friend bool operator==(quiet_options const&, quiet_options const&) = default;
};

/// Option -D: whether cotrace runs as a grandchild of COMMAND, also in its own process group or session.
enum class daemon : std::uint8_t { no, grandchild, process_group, session };

/// The limits at which cotrace detaches from all processes: option --stop-after.
struct stop_limits {
    struct limit {
        std::uint64_t most = 0;   ///< the limit; 0: no limit
        std::string text{};       ///< the limit as the user typed it
    };
    limit time{};    ///< nanoseconds since the launch or the attach
    limit bytes{};   ///< size of the trace in bytes
    limit calls{};   ///< number of calls in the trace

    bool any() const noexcept { return time.most != 0 || bytes.most != 0 || calls.most != 0; }
};

/// One rule of -e inject or -e fault.
struct injection_rule {
    filter calls;
    std::string path;   ///< a glob(7) pattern that a path argument of the call must match; empty: no such condition
    intercept::injection what;
    intercept::occasions when;
};

/// The file, pipe or files that the trace is written to.
struct output_options {
    std::string path;          ///< the name of a file, or "|command" or "!command" for a pipe; empty: not given
    bool append = false;       ///< whether the content of the file is kept, and the trace is appended to it
    bool separately = false;   ///< whether each thread has a file of its own, named `path`.ID, or as `name` says
    std::string name;          ///< the pattern of --output-name, see `expanded`; empty: not given

    bool is_file() const noexcept { return !path.empty() || !name.empty(); }
    bool is_pipe() const noexcept { return is_file() && (path[0] == '|' || path[0] == '!'); }
};

/// The trace file that `cotrace view` shows, and the part of it that is shown.
struct playback_options {
    /// A time in the trace: --from and --to.
    struct moment {
        enum class base : std::uint8_t {
            begin,   ///< `offset` counts from the beginning of the recording
            epoch,   ///< `offset` counts from the epoch of the clock of the records
            day,     ///< `offset` counts from the midnight before the beginning of the recording, local time
        };
        base from{};
        std::chrono::nanoseconds offset{};
    };

    std::string file;
    std::optional<moment> from;
    std::optional<moment> to;
    std::vector<pid> processes;   ///< ids of the processes that are shown; empty: all processes
};

/// How a tip is printed when cotrace ends: option --tips.
enum class tip_format : std::uint8_t { none, compact, full };

struct tip_options {
    tip_format format = tip_format::none;
    std::optional<unsigned> id{};   ///< the number of the tip; nullopt: a random one
};

/// How options were given. A number counts the short form of an option, and `long_…` says whether the long form was given.
/// `statuses` counts -z, -Z and their long forms.
struct short_forms {
    unsigned daemon = 0, follow = 0, hex = 0, quiet = 0, stacks = 0, statuses = 0, times = 0;
    bool sorting = false, columns = false, format = false, string_limit = false;
    bool long_daemon = false, long_follow = false, long_hex = false, long_quiet = false, long_stacks = false, long_times = false;
};

/// The parsed command line.
struct options {
    bool help = false;
    std::string help_topic;   ///< the argument of --help; empty: the short help
    bool version = false;
    bool debug = false;   ///< --debug: print on standard error what the engine does

    tip_options tips;
    bool only_tip = false;   ///< whether --tips was given without anything to trace or to show

    std::vector<std::string> command_line;        ///< COMMAND and its arguments; empty: there is no COMMAND
    std::vector<std::vector<std::string>> runs;   ///< --run: commands to launch beside COMMAND, each with its arguments
    bool has_command() const noexcept { return !command_line.empty() || !runs.empty(); }
    std::string argv0;                      ///< the `argv[0]` of COMMAND; empty: `command_line[0]`
    std::string user;                       ///< the user that COMMAND runs as; empty: the user that cotrace runs as
    std::vector<std::string> environment;   ///< -E: changes in order; "NAME=value" sets a variable, "NAME" removes it
    std::vector<pid> attach;                ///< processes to attach to, without duplicates
    std::vector<target> sources;            ///< process trees, cgroups, process names, or the whole system, to attach to
    /// Also attach to a process that later joins a cgroup in `sources`, or that later gets a process name in `sources`.
    bool attach_later = false;

    bool follow = false;
    bool threads_only = false;                  ///< --threads-only; implies `follow`
    std::optional<unsigned> most_generations;   ///< --max-depth; implies `follow`
    bool entries_only = false;                  ///< --entries-only: trace by seccomp notification; implies `follow`
    bool detach_at_exec = false;   ///< -b: detach from each process at its execve, but not at the first execve of COMMAND
    bool kill_on_exit = false;
    app::daemon daemon = app::daemon::no;
    interruptible interrupt = interruptible::by_default;
    observing observe = observing::no;
    std::uint32_t buffer_size = 1 << 26;   ///< with --observe or %io_uring: size of the ring buffer in bytes
    std::uint64_t call_limit = 0;          ///< --syscall-limit: detach from all processes after this number of calls; 0: never
    stop_limits stop_after;
    /// Detach from all processes after the first record that fulfils this condition. The condition of --where is
    /// `text.where`.
    std::optional<predicate> until;
    /// Whether cotrace may detach at a limit. A session with a seccomp filter that selects the calls cannot detach.
    bool has_limit() const noexcept { return call_limit != 0 || stop_after.any() || until; }
    filter calls;
    /// -e abbrev: the calls with structures that are printed in full. If empty: all calls with -v, no calls without -v.
    std::optional<filter> in_full;
    std::optional<filter> flat;   ///< -e verbose: the calls with structures that are printed as addresses; empty: none
    cpu_placement placing = cpu_placement::automatic;
    kernel_filter in_kernel = kernel_filter::automatic;
    access_filter accesses;                   ///< -P and --trace-fds, with the paths as the user typed them
    std::vector<injection_rule> injections;   ///< -e inject and -e fault: all rules that select a call apply, in this order
    bool seccomp = false;                     ///< --seccomp-bpf, which only causes warnings and errors

    /// With --keep-last: the number of records, or the number of bytes of the trace file, that are kept.
    struct kept_records {
        std::uint64_t records = 0;
        std::uint64_t bytes = 0;

        bool any() const noexcept { return records != 0 || bytes != 0; }
    };
    kept_records keep_last;
    std::string record_file;   ///< --record; `resolve` sets `format` and `output` accordingly

    std::optional<playback_options> playback;   ///< `cotrace view`: the trace file to show; empty: processes are traced
    std::vector<std::string> arguments;         ///< the command line of cotrace, with the name of the program

    output_options output;
    output_error on_output_error = output_error::go_on;
    output_format format = output_format::text;
    std::string host_label;   ///< --host-label: the column "host" of the rows; empty: the name of the host
    color_choice color = color_choice::automatic;
    bool summary_only = false;   ///< -c was given
    bool summary = false;        ///< -C was given
    bool has_summary() const noexcept { return summary || summary_only; }
    render::summary_options counts;
    answer_options answers;
    bool only_answers = false;   ///< whether only answers are printed, and not the trace: set by `resolve`
    /// Whether the answers need the decoded values of calls.
    bool answers_need_values() const noexcept
    {
        using enum render::summary_key;
        return answers.slowest != 0 || !answers.report.empty() || counts.by == path || counts.by == fd || counts.by == address;
    }
    std::optional<predicate> longer_than;   ///< the condition of --longer-than, which `text.where` includes
    render::text_options text;              ///< members that depend on the output are not set here, but by `trace_writer`
    /// Whether a call that has returned is written, as --status and --where say.
    bool selects(record const& seen, syscall_exited const& done) const
    {
        return text.statuses.has(status_of(done.outcome)) && (!text.where || (*text.where)(seen));
    }
    bool always_show_pid = false;
    /// --clock: the clock of the times in the records, which -t, -r and the formats JSON, rows, CSV and Perfetto show.
    record_clock clock = record_clock::realtime;
    bool stack_sources = false;   ///< whether the source files and lines of call stacks are printed
    capture_options capture;
    bool writes_json() const noexcept { return format == output_format::json || format == output_format::json_with_entries; }
    bool writes_rows() const noexcept { return format == output_format::rows || format == output_format::csv; }
    bool counts_stacks() const noexcept { return format == output_format::folded || format == output_format::folded_time; }
    bool described_by_letter = false;   ///< -y was given, which excludes --decode-fds
    bool described_by_name = false;
    bool wants_mismatches = false;   ///< -e secontext=mismatch was given
    quiet_options quiet;
    bool asked_for_quiet = false;   ///< whether -q or -e quiet asks for `quiet.attach`, which -o and --report can also set
    short_forms forms;
    std::vector<std::string> warnings;   ///< messages to print at the start, for example about an option that has no effect
};

}   // namespace cotrace::app
