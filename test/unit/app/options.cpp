// SPDX-License-Identifier: BSL-1.0
#include "unit/app/parsing.hpp"

#include "version.hpp"

#include <cotrace/stack.hpp>

#include <chrono>
#include <csignal>

namespace options_tests {

using namespace cotrace;
using namespace cotrace::app;
using namespace cotrace::app::test;

TEST_CASE("options end at the command, whose own options are not parsed", "[options]")
{
    auto const seen = good({"-f", "ls", "-l", "-o", "x", "--", "-z"});
    CHECK(seen.follow);
    CHECK(seen.command_line == words{"ls", "-l", "-o", "x", "--", "-z"});
    CHECK_FALSE(seen.output.is_file());
}

TEST_CASE("two dashes end the options", "[options]") { CHECK(good({"--", "-f"}).command_line == words{"-f"}); }

TEST_CASE("--entries-only follows children, and cannot be combined with options that need the exits of calls", "[options]")
{
    auto const seen = good({"--entries-only", "true"});
    CHECK(seen.entries_only);
    CHECK(seen.follow);
    CHECK_FALSE(good({"-f", "true"}).entries_only);
    CHECK(good({"--entries-only", "-f", "--format=json", "-e", "%file", "-o", "x", "true"}).entries_only);
    CHECK(bad({"--entries-only", "-p", "1"}) == "--entries-only and -p/--attach cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "--attach-name=x", "true"})
          == "--entries-only and --attach-cgroup, --attach-name or --attach-tree cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "-e", "fault=read", "true"})
          == "--entries-only and -e inject or -e fault cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "-D", "true"}) == "--entries-only and -D/--daemonize cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "-b", "execve", "true"})
          == "--entries-only and -b/--detach-on cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "--syscall-limit=1", "true"})
          == "--entries-only and --syscall-limit cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "-ff", "true"})
          == "--entries-only and -ff/--output-separately cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "-c", "true"})
          == "--entries-only and -c/--summary-only or -C/--summary cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "-T", "true"}) == "--entries-only and -T/--syscall-times cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "--namespace=new", "true"})
          == "--entries-only and -e namespace/--namespace cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "--kvm=vcpu", "true"}) == "--entries-only and -e kvm/--kvm cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "-z", "true"}) == "--entries-only and -z, -Z or -e status cannot be provided simultaneously");
}

TEST_CASE("a command or a process to attach to is required", "[options]")
{
    for (auto const& nothing : {parsed({}), parsed({"-f"}), parsed({"-p", ""})})
        CHECK(nothing.error() == "must have PROG [ARGS] or -p PID");
    CHECK(bad({"-p", "1", "--argv0=x"}) == "PROG [ARGS] must be specified with --argv0");
    CHECK(bad({"-p", "1", "-D"}) == "PROG [ARGS] must be specified with -D/--daemonize");
    CHECK(good({"--help"}).help);
    CHECK(good({"-V"}).version);
    CHECK(good({"-d", "true"}).debug);
    CHECK(good({"--debug", "true"}).debug);
    CHECK_FALSE(good({"true"}).debug);
}

TEST_CASE("--version prints a line with the version and a line with the optional features", "[options]")
{
    auto const text = version();
    auto const first = text.substr(0, text.find('\n') + 1);
    CHECK(first.starts_with("cotrace "));
    auto const second = text.substr(first.size());
    CHECK(second.starts_with("Optional features enabled: "));
    CHECK(second.find('\n') == second.size() - 1);
    for (auto const each : optional_features())
        CHECK(second.find(" " + std::string{each}) != std::string::npos);
}

TEST_CASE("short options can be combined, and an argument may follow its option with or without a space", "[options]")
{
    auto const seen = good({"-fttTs100", "-a", "20", "-oout", "true"});
    CHECK(seen.follow);
    CHECK(seen.text.times == render::time_prefix::time_of_day);
    CHECK(seen.text.times_to == render::precision::micros);
    CHECK(seen.text.durations);
    CHECK(seen.capture.string_limit == 100);
    CHECK(seen.text.column == 20);
    CHECK(seen.output.path == "out");
}

TEST_CASE("long options may be abbreviated if the abbreviation is unique", "[options]")
{
    CHECK(good({"--follow", "true"}).follow);
    CHECK(good({"--string-limit=7", "true"}).capture.string_limit == 7);
    CHECK(good({"--string-limit", "7", "true"}).capture.string_limit == 7);
    CHECK(good({"--daemon", "true"}).daemon == app::daemon::grandchild);   // three names of one option begin with --daemon
    CHECK(bad({"--out", "x", "true"})
          == "option '--out' is ambiguous; possibilities: '--output-append-mode' '--output' '--output-name' "
             "'--output-separately'");
}

TEST_CASE("the error of an unknown or misused option names the option", "[options]")
{
    CHECK(bad({"-Q", "true"}) == "invalid option -- 'Q'");
    CHECK(bad({"-fQ", "true"}) == "invalid option -- 'Q'");
    CHECK(bad({"-f", "--nothing=3", "true"}) == "unrecognized option '--nothing=3'");
    CHECK(bad({"--follow-forks=2", "true"}) == "option '--follow-forks' doesn't allow an argument");
    CHECK(bad({"-s"}) == "option requires an argument -- 's'");
    CHECK(bad({"-f", "--output"}) == "option '--output' requires an argument");
}

TEST_CASE("the error of an invalid argument quotes the argument and the option's name", "[options]")
{
    CHECK(bad({"-s", "x", "true"}) == "invalid -s argument: 'x'");
    CHECK(bad({"-s-1", "true"}) == "invalid -s argument: '-1'");
    CHECK(bad({"-s", "5x", "true"}) == "invalid -s argument: '5x'");
    CHECK(bad({"-s", "99999999999", "true"}) == "invalid -s argument: '99999999999'");
    CHECK(bad({"-s", "1073741824", "true"}) == "invalid -s argument: '1073741824'");   // this is one more than strace accepts
    CHECK(good({"-s", "1073741823", "true"}).capture.string_limit == 1073741823);
    CHECK(bad({"--columns=", "true"}) == "invalid --columns argument: ''");
    CHECK(bad({"-I", "7", "true"}) == "invalid -I argument: '7'");
    CHECK(good({"--format=json", "true"}).format == output_format::json);
    CHECK(good({"--format=json,entries", "true"}).format == output_format::json_with_entries);
    CHECK(bad({"--format=xml", "true"}) == "invalid --format argument: 'xml'");
    CHECK(bad({"-X", "foo", "true"}) == "invalid -X argument: 'foo'");
    CHECK(bad({"-X", "rwa", "true"}) == "invalid -X argument: 'rwa'; did you mean 'raw'?");
    CHECK(good({"-E", "=x", "true"}).environment == std::vector<std::string>{"=x"});
    CHECK(good({"-E", "=x", "-E", "", "true"}).environment == std::vector<std::string>{"=x"});
    CHECK(bad({"--format=jsn", "true"}) == "invalid --format argument: 'jsn'; did you mean 'json'?");
    CHECK(bad({"--relative-timestamps=h", "true"}) == "invalid --relative-timestamps argument: 'h'");
    CHECK(bad({"--daemonised=x", "true"}) == "invalid --daemonised argument: 'x'");
    CHECK(good({"true"}).placing == cotrace::cpu_placement::automatic);
    CHECK(good({"--placement=off", "true"}).placing == cotrace::cpu_placement::off);
    CHECK(good({"--placement=always", "true"}).placing == cotrace::cpu_placement::always);
    CHECK(bad({"--placement=here", "true"}) == "invalid --placement argument: 'here'");
    CHECK(bad({"--syscall-limit=0", "true"}) == "invalid --syscall-limit argument: '0'");
    CHECK(bad({"-b", "fork", "true"}) == "Syscall 'fork' for -b isn't supported");
    CHECK(bad({"-b", "exceve", "true"}) == "Syscall 'exceve' for -b isn't supported; did you mean 'execve'?");
}

TEST_CASE("-p accepts lists in the formats of pidof and ps, and attaches to each process once", "[options]")
{
    CHECK(good({"-p", "1,2", "-p", "3 4\n5,2", "--attach=1"}).attach == std::vector<pid>{pid{1}, pid{2}, pid{3}, pid{4}, pid{5}});
    CHECK(bad({"-p", "0"}) == "Invalid process id: '0'");
    CHECK(bad({"-p", "1,abc"}) == "Invalid process id: 'abc'");
    CHECK(bad({"-p", "-5"}) == "Invalid process id: '-5'");
    CHECK(bad({"-p", "4294967297"}) == "Invalid process id: '4294967297'");
}

TEST_CASE("processes and a command can be traced together", "[options]")
{
    auto const seen = good({"-p", "1", "true"});
    CHECK(seen.attach.size() == 1);
    CHECK(seen.command_line == words{"true"});
}

TEST_CASE("-f given twice writes one file for each thread", "[options]")
{
    CHECK_FALSE(good({"-f", "true"}).output.separately);
    CHECK(good({"-ff", "-o", "x", "true"}).output.separately);
    CHECK(good({"-f", "-f", "-o", "x", "true"}).output.separately);
    CHECK(good({"--output-separately", "-o", "x", "true"}).output.separately);
    CHECK_FALSE(good({"--output-separately", "true"}).follow);
    CHECK(good({"--follow-forks", "--output-separately", "-o", "x", "true"}).output.separately);
    CHECK(bad({"-ff", "-o", "|cat", "true"}) == "piping the output and -ff/--output-separately are mutually exclusive");
}

TEST_CASE("-o names a file or a command to pipe into", "[options]")
{
    CHECK(good({"-o", "|cat", "true"}).output.is_pipe());
    CHECK(good({"-o", "!cat", "true"}).output.is_pipe());
    CHECK_FALSE(good({"-o", "cat", "true"}).output.is_pipe());
    CHECK(good({"-A", "-o", "cat", "true"}).output.append);
}

TEST_CASE("each further -t makes the times more detailed, up to -ttt", "[options]")
{
    using enum render::time_prefix;
    using enum render::precision;
    auto const is = [](options const& seen, render::time_prefix format, render::precision fineness) {
        return seen.text.times == format && seen.text.times_to == fineness;
    };
    CHECK(is(good({"true"}), none, seconds));
    CHECK(is(good({"-t", "true"}), time_of_day, seconds));
    CHECK(is(good({"-tt", "true"}), time_of_day, micros));
    CHECK(is(good({"-ttttt", "true"}), epoch, micros));
    CHECK(is(good({"--absolute-timestamps", "true"}), time_of_day, seconds));
    CHECK(is(good({"--timestamps=ms", "true"}), time_of_day, millis));
    CHECK(is(good({"--absolute-timestamps=format:unix,precision:ns", "true"}), epoch, nanos));
    CHECK(is(good({"--absolute-timestamps=us,Unix", "true"}), epoch, micros));
    CHECK(is(good({"--absolute-timestamps=unix", "--absolute-timestamps=ms", "true"}), epoch, millis));
    CHECK(is(good({"--absolute-timestamps=unix", "--absolute-timestamps=none", "true"}), none, seconds));
    for (std::string wrong : {"foo", "format:us", "precision:unix", "unix,us,h"})
        CHECK(bad({"--absolute-timestamps=" + wrong, "true"}) == "invalid --absolute-timestamps argument: '" + wrong + "'");
}

TEST_CASE("-r and -T take a precision in their long forms", "[options]")
{
    using enum render::precision;
    CHECK(good({"-r", "true"}).text.relative);
    CHECK(good({"-r", "true"}).text.relative_to == micros);
    CHECK(good({"--relative-timestamps=ns", "true"}).text.relative_to == nanos);
    CHECK(good({"-T", "true"}).text.durations_to == micros);
    CHECK(good({"--syscall-times=s", "true"}).text.durations_to == seconds);
}

TEST_CASE("each further -x escapes more characters, and each further -q leaves out more messages", "[options]")
{
    using enum render::escapes;
    CHECK(good({"-x", "true"}).text.strings == unprintable_hex);
    CHECK(good({"-xx", "true"}).text.strings == all_hex);
    CHECK(good({"--strings-in-hex", "true"}).text.strings == all_hex);
    CHECK(good({"--strings-in-hex=non-ascii-chars", "true"}).text.strings == unprintable_chars_hex);
    quiet_options const nothing, once{.attach = true, .personality = true},
        twice{.attach = true, .exit = true, .personality = true}, all{true, true, true, true, true};
    CHECK(good({"true"}).quiet == nothing);
    CHECK(good({"-q", "true"}).quiet == once);
    CHECK(good({"-qq", "true"}).quiet == twice);
    CHECK(good({"-qqqq", "true"}).quiet == all);
    CHECK(good({"--quiet", "true"}).quiet == once);
}

TEST_CASE("-o has the effect of -q, unless -p or a long form of -q is given", "[options]")
{
    CHECK(good({"-o", "x", "true"}).quiet == good({"-q", "true"}).quiet);
    CHECK(good({"-o", "x", "-qq", "true"}).quiet == good({"-qq", "true"}).quiet);
    CHECK(good({"-o", "x", "--quiet=none", "true"}).quiet == quiet_options{});
    CHECK(good({"-o", "x", "-p", "1"}).quiet == quiet_options{});
}

TEST_CASE("the short and the long form of an option cannot be combined", "[options]")
{
    CHECK(bad({"-t", "--absolute-timestamps", "true"}) == "-t and --absolute-timestamps cannot be provided simultaneously");
    CHECK(bad({"--strings-in-hex", "-x", "true"}) == "-x and --strings-in-hex cannot be provided simultaneously");
    CHECK(bad({"-f", "--follow-forks", "true"}) == "-f and --follow-forks cannot be provided simultaneously");
    CHECK(bad({"-ff", "--output-separately", "true"}) == "-ff and --output-separately cannot be provided simultaneously");
    CHECK(bad({"-q", "-e", "quiet=all", "true"}) == "-q and -e quiet/--quiet cannot be provided simultaneously");
    CHECK(bad({"-D", "--daemonize", "true"}) == "-D and --daemonize cannot be provided simultaneously");
    CHECK(bad({"--kill-on-exit", "-p", "1"}) == "--kill-on-exit and -p/--attach are mutually exclusive options");
}

TEST_CASE("-D, -DD and -DDD put the tracer into a grandchild, a process group or a session, and -DDDD is an error", "[options]")
{
    CHECK(good({"true"}).daemon == app::daemon::no);
    CHECK(good({"-D", "true"}).daemon == app::daemon::grandchild);
    CHECK(good({"-DDD", "true"}).daemon == app::daemon::session);
    CHECK(good({"--daemonize=pgrp", "true"}).daemon == app::daemon::process_group);
    CHECK(good({"-D", "true"}).interrupt == interruptible::never_stops);
    CHECK(bad({"-DDDD", "true"}) == "Too many -D's (4), maximum supported -D count is 3");
}

TEST_CASE("-k and -kk select the form of call stacks, and -kkk is an error", "[options]")
{
    if (symbolizer::is_available()) {
        CHECK_FALSE(good({"-k", "true"}).stack_sources);
        CHECK(good({"-kk", "true"}).stack_sources);
        CHECK(good({"-k", "-k", "true"}).stack_sources);
    }
    CHECK(bad({"-kkk", "true"}) == "Too many -k's (3), maximum supported -k count is 2");
}

TEST_CASE("--on-output-error chooses what happens when the trace cannot be written", "[options]")
{
    CHECK(good({"true"}).on_output_error == output_error::go_on);
    CHECK(good({"--on-output-error=continue", "true"}).on_output_error == output_error::go_on);
    CHECK(good({"--on-output-error=fail", "true"}).on_output_error == output_error::fail);
    CHECK(good({"--on-output-error", "kill", "true"}).on_output_error == output_error::kill);
    CHECK(bad({"--on-output-error=stop", "true"}) == "invalid --on-output-error argument: 'stop'");
}

TEST_CASE("options without an effect give a warning", "[options]")
{
    CHECK(good({"true"}).warnings.empty());
    CHECK(good({"-A", "true"}).warnings == words{"-A/--output-append-mode has no effect without -o/--output"});
    CHECK(good({"--output-separately", "true"}).warnings == words{"--output-separately has no effect without -o/--output"});
    CHECK(good({"-z", "-Z", "true"}).warnings.size() == 1);
    CHECK(good({"-A", "-o", "x", "-z", "true"}).warnings.empty());
}

TEST_CASE("options choose the order, the columns and the times of a summary", "[options]")
{
    using render::summary_column;
    using namespace std::chrono_literals;
    CHECK(good({"-c", "true"}).summary_only);
    CHECK(good({"--summary", "true"}).summary);
    CHECK(good({"-c", "-w", "true"}).counts.wall_clock);
    CHECK(good({"-c", "-S", "avg-time", "true"}).counts.sorted_by == summary_column::average);
    CHECK_FALSE(good({"-c", "--summary-sort-by=nothing", "true"}).counts.sorted_by);
    CHECK(good({"-C", "-U", "calls,time", "true"}).counts.columns
          == std::vector{summary_column::calls, summary_column::percent, summary_column::name});
    CHECK(good({"-c", "-O", "3", "true"}).counts.overhead == 3us);
    CHECK(good({"-c", "-O", "1.5ms", "true"}).counts.overhead == 1500us);
    CHECK(bad({"-c", "-C", "true"}) == "-c/--summary-only and -C/--summary are mutually exclusive");
    CHECK(bad({"-w", "true"}) == "-w/--summary-wall-clock must be given with (-c/--summary-only or -C/--summary)");
    CHECK(bad({"-U", "name", "true"}) == "-U/--summary-columns must be given with (-c/--summary-only or -C/--summary)");
    CHECK(bad({"-c", "-S", "size", "true"}) == "invalid sortby: 'size'; did you mean 'time'?");
    CHECK(bad({"-c", "-S", "cals", "true"}) == "invalid sortby: 'cals'; did you mean 'calls'?");
    CHECK(bad({"-c", "-U", "calls,", "true"}) == "unknown column name: ''");
    CHECK(bad({"-c", "-U", "calls,nmae", "true"}) == "unknown column name: 'nmae'; did you mean 'name' or 'max'?");
    CHECK(bad({"-c", "-U", "calls,count,name", "true"})
          == "call summary column has been provided more than once: 'count' (-U option residual: 'count,name')");
    for (std::string wrong : {"x", "1h", "-1", "nan", "1e30"})
        CHECK(bad({"-c", "-O", wrong, "true"}) == "invalid -O argument: '" + wrong + "'");
    CHECK(good({"-c", "-ti", "true"}).warnings
          == words{"-i/--instruction-pointer has no effect with -c/--summary-only",
                   "-t/--absolute-timestamps has no effect with -c/--summary-only"});
    CHECK(good({"-S", "name", "true"}).warnings.size() == 1);
}

TEST_CASE("processes to attach to can be selected by tree, cgroup and name, also with --attach-later", "[options]")
{
    auto const once = good({"--attach-name=a", "--attach-cgroup", "/b", "--attach-tree=3"}).sources;
    REQUIRE(once.size() == 3);
    CHECK(std::get<targets::named>(once[0]).name == "a");
    CHECK(std::get<targets::named>(once[0]).which == targets::now);
    CHECK(std::get<targets::cgroup>(once[1]).path == "/b");
    CHECK(std::get<targets::tree>(once[2]).root == pid{3});
    auto const later = good({"--attach-later", "--attach-name=a", "--attach-cgroup=b"}).sources;
    CHECK(std::get<targets::named>(later[0]).which == targets::also_later);
    CHECK(std::get<targets::cgroup>(later[1]).which == targets::also_later);
    CHECK(bad({"--attach-later", "-p", "3"}) == "--attach-later must be given with --attach-name or --attach-cgroup");
    CHECK(bad({"--attach-later", "--attach-name=a", "true"}) == "PROG [ARGS] and --attach-later are mutually exclusive");
    CHECK(bad({"--attach-tree=0"}) == "Invalid process id: '0'");
}

TEST_CASE("--where and --until take conditions, and an error names the option and the column", "[options]")
{
    auto const none = good({"true"});
    CHECK_FALSE(none.text.where);
    CHECK_FALSE(none.until);
    auto const seen = good({"--where", "error == ENOENT", "--until=kind == \"exit\"", "true"});
    REQUIRE(seen.text.where);
    REQUIRE(seen.until);
    CHECK(seen.text.where->uses("error"));
    CHECK(seen.until->uses("kind"));
    CHECK(seen.warnings.empty());
    CHECK(bad({"--where=eror == 1", "true"}) == "invalid --where argument: column 1: unknown name 'eror'; did you mean 'error'?");
    CHECK(bad({"--where=failed\n&&", "true"}) == "invalid --where argument: column 10: expected a name, '!' or '(', not the end");
    CHECK(bad({"--until", "", "true"}) == "invalid --until argument: column 1: expected a name, '!' or '(', not the end");
    CHECK(bad({"--entries-only", "--until=entry", "true"}) == "--entries-only and --until cannot be provided simultaneously");
    CHECK(good({"--entries-only", "--where=entry", "true"}).text.where);
    CHECK(good({"--where=comm == \"x\"", "true"}).warnings
          == words{"comm in --where and --until is known only with -Y/--decode-pids=comm"});
    CHECK(good({"-Y", "--until=comm == \"x\"", "true"}).warnings.empty());
}

TEST_CASE("--seccomp-bpf has no effect, and gives strace's warnings", "[options]")
{
    CHECK(good({"--seccomp-bpf", "-f", "-e", "trace=write", "true"}).warnings.empty());
    CHECK(good({"--seccomp-bpf", "-f", "true"}).warnings.size() == 1);
    CHECK(good({"--seccomp-bpf", "true"}).warnings == words{"--seccomp-bpf cannot be used without -f/--follow-forks, disabling"});
    CHECK(good({"--seccomp-bpf", "-f", "-e", "trace=write", "-p", "1"}).warnings
          == words{"--seccomp-bpf is not enabled for processes attached with -p"});
}

TEST_CASE("options set the command's environment, user and argv[0]", "[options]")
{
    auto const seen = good({"-E", "A=1", "-E", "B", "--env=C=", "-u", "nobody", "--argv0", "zero", "true"});
    CHECK(seen.environment == words{"A=1", "B", "C="});
    CHECK(seen.user == "nobody");
    CHECK(seen.argv0 == "zero");
}

}   // namespace options_tests
