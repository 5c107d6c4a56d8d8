// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/access_filter.hpp>
#include <cotrace/capture.hpp>
#include <cotrace/filter.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/result.hpp>

#include <bitset>
#include <cstdint>
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

/// Notes about the tracing itself that are not wanted, -q and -e quiet.
struct quiet_options {
    bool attach = false;     ///< "Process N attached", "Process N detached"
    bool exit   = false;     ///< how threads ended
    bool path_resolution = false;   ///< where the paths of -P lead
};

/// Where the trace goes.
struct output_options {
    std::string path;            ///< a file; or "|command", "!command"; empty: standard error
    bool append = false;         ///< keep what the file has
    bool separately = false;     ///< a file per thread, `path` and its id

    bool is_file() const noexcept { return !path.empty(); }
    bool is_pipe() const noexcept { return is_file() && (path[0] == '|' || path[0] == '!'); }
};

/// Signals by number; 0 stays unused.
using signal_set = std::bitset<65>;

/// What the command line asks for.
struct options {
    bool help = false;
    bool version = false;

    std::vector<std::string> words;          ///< what to launch, and its arguments
    std::string argv0;                       ///< its `argv[0]`; empty: the first word
    std::string user;                        ///< whom to launch it as; empty: us
    std::vector<std::string> environment;    ///< changes in order: "NAME=value" sets, "NAME" removes
    std::vector<pid> attach;                 ///< what to attach to, each once

    bool follow = false;
    interruptible interrupt = interruptible::by_default;
    filter calls;
    access_filter accesses;                  ///< paths as they were given
    signal_set signals = ~signal_set{};

    output_options output;
    output_format format = output_format::text;
    render::text_options text;
    capture_options capture;
    bool described_by_letter = false;        ///< -y was there, which excludes --decode-fds
    bool described_by_name = false;
    quiet_options quiet;
};

/// Understands a command line, whose first word is our own name. Options end
/// at the first word that is none: what follows belongs to the command.
/// The error is one line without a line break.
result<options, std::string> parse(std::vector<std::string> const& arguments);

/// What --help prints.
std::string help();

} // namespace cotrace::app
