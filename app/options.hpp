// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/access_filter.hpp>
#include <cotrace/capture.hpp>
#include <cotrace/filter.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/injection.hpp>
#include <cotrace/placement.hpp>
#include <cotrace/render/summary.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/result.hpp>
#include <cotrace/targets.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cotrace::app {

/// How the trace is written.
enum class output_format : std::uint8_t {
    text,
    uroot,
    json,
    json_with_entries,   ///< a line when a call is made, too
};

/// Which signals end the tracing, -I.
enum class interruptible : std::uint8_t {
    by_default,    ///< those of the keyboard only where nothing was launched: they reach the subject itself
    always,        ///< all that end a program
    never,         ///< none
    never_stops,   ///< none, and the terminal's SIGTSTP does not stop us either
};

/// What happens when the trace cannot be written any more, --on-output-error.
enum class output_error : std::uint8_t {
    go_on,   ///< COMMAND runs to its end, and its status is the command's
    fail,    ///< COMMAND runs to its end, and the command fails
    kill,    ///< COMMAND is killed, and the command fails
};

/// Lines that are not wanted, -q and -e quiet.
struct quiet_options {
    bool attach          = false;   ///< "Process N attached", "Process N detached"
    bool exit            = false;   ///< "+++ exited with N +++"
    bool path_resolution = false;   ///< what the paths of -P stand for
    bool personality     = false;   ///< "[ Process PID=N runs in 32 bit mode. ]"
    bool thread_execve   = false;   ///< "+++ superseded by execve in pid N +++"

    friend bool operator==(quiet_options const&, quiet_options const&) = default;
};

/// What we become while COMMAND takes our place, -D.
enum class daemon : std::uint8_t { no, grandchild, process_group, session };

/// What is done to some calls, -e inject and -e fault.
struct injection_rule {
    filter               calls;
    intercept::injection what;
    intercept::occasions when;
};

/// Where the trace goes.
struct output_options {
    std::string path;            ///< a file; or "|command", "!command"; empty: standard error
    bool append = false;         ///< keep what the file has
    bool separately = false;     ///< a file per thread, `path` and its id

    bool is_file() const noexcept { return !path.empty(); }
    bool is_pipe() const noexcept { return is_file() && (path[0] == '|' || path[0] == '!'); }
};

/// How often options were given in their short form, which the long one of the
/// same must not be mixed with. Only `parse` needs it.
struct short_forms {
    unsigned daemon = 0, follow = 0, hex = 0, quiet = 0, statuses = 0, times = 0;
    bool sorting = false, columns = false;
    bool long_daemon = false, long_follow = false, long_hex = false, long_quiet = false, long_times = false;
};

/// What the command line asks for.
struct options {
    bool help = false;
    bool version = false;

    std::vector<std::string> words;          ///< what to launch, and its arguments
    std::string argv0;                       ///< its `argv[0]`; empty: the first word
    std::string user;                        ///< whom to launch it as; empty: us
    std::vector<std::string> environment;    ///< changes in order: "NAME=value" sets, "NAME" removes
    std::vector<pid> attach;                 ///< what to attach to, each once
    std::vector<target> sources;             ///< more of that: trees, cgroups, names
    bool attach_later = false;               ///< also to what comes into them later

    bool follow = false;
    bool entries_only = false;               ///< by notification, which follows
    bool detach_at_exec = false;             ///< of each process but the launched at its first
    bool kill_on_exit = false;
    app::daemon daemon = app::daemon::no;
    interruptible interrupt = interruptible::by_default;
    std::uint64_t call_limit = 0;            ///< let all go after so many calls; 0: never
    filter calls;
    std::optional<filter> in_full;           ///< calls whose structures are printed in full
    std::optional<filter> flat;              ///< calls whose structures stay addresses
    cpu_placement placing = cpu_placement::automatic;
    access_filter accesses;                  ///< paths as they were given
    std::vector<injection_rule> injections;  ///< of those for one call, the last counts
    bool seccomp = false;                    ///< --seccomp-bpf, which goes without saying

    output_options output;
    output_error on_output_error = output_error::go_on;
    output_format format = output_format::text;
    bool summary_only = false;               ///< -c
    bool summary = false;                    ///< -C
    render::summary_options counts;
    render::text_options text;               ///< but for what follows from other options
    bool always_show_pid = false;
    capture_options capture;
    bool described_by_letter = false;        ///< -y was there, which excludes --decode-fds
    bool described_by_name = false;
    quiet_options quiet;
    short_forms forms;
    std::vector<std::string> warnings;       ///< options that make no difference, a line each
};

/// Understands a command line, whose first word is our own name. Options end
/// at the first word that is none: what follows belongs to the command.
/// The error is one line without a line break.
result<options, std::string> parse(std::vector<std::string> const& arguments);

/// What --help prints.
std::string help();

} // namespace cotrace::app
