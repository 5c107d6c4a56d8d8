// SPDX-License-Identifier: BSL-1.0
#include "options.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <csignal>
#include <initializer_list>

using namespace cotrace;
using namespace cotrace::app;

namespace {

result<options, std::string> parsed(std::initializer_list<std::string> words)
{
    std::vector<std::string> all{"cotrace"};
    all.insert(all.end(), words);
    return parse(all);
}

options good(std::initializer_list<std::string> words)
{
    auto result = parsed(words);
    if (!result)
        FAIL(result.error());
    return std::move(result).value();
}

std::string bad(std::initializer_list<std::string> words)
{
    auto result = parsed(words);
    REQUIRE_FALSE(result);
    CHECK(result.error().find('\n') == std::string::npos);
    return result.error();
}

using words = std::vector<std::string>;

} // namespace

TEST_CASE("options end at the command, whose own options are not parsed", "[options]")
{
    auto const seen = good({"-f", "ls", "-l", "-o", "x", "--", "-z"});
    CHECK(seen.follow);
    CHECK(seen.words == words{"ls", "-l", "-o", "x", "--", "-z"});
    CHECK_FALSE(seen.output.is_file());
}

TEST_CASE("two dashes end the options", "[options]")
{
    CHECK(good({"--", "-f"}).words == words{"-f"});
}

TEST_CASE("--entries-only follows children, and cannot be combined with options that need exits", "[options]")
{
    auto const seen = good({"--entries-only", "true"});
    CHECK(seen.entries_only);
    CHECK(seen.follow);
    CHECK_FALSE(good({"-f", "true"}).entries_only);
    CHECK(good({"--entries-only", "-f", "--format=json", "-e", "%file", "-o", "x", "true"}).entries_only);
    CHECK(bad({"--entries-only", "-p", "1"}) == "--entries-only and -p/--attach cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "--attach-name=x", "true"}) == "--entries-only and --attach-cgroup, --attach-name or --attach-tree cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "-e", "fault=read", "true"}) == "--entries-only and -e inject or -e fault cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "-D", "true"}) == "--entries-only and -D/--daemonize cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "-b", "execve", "true"}) == "--entries-only and -b/--detach-on cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "--syscall-limit=1", "true"}) == "--entries-only and --syscall-limit cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "-ff", "true"}) == "--entries-only and -ff/--output-separately cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "-c", "true"}) == "--entries-only and -c/--summary-only or -C/--summary cannot be provided simultaneously");
    CHECK(bad({"--entries-only", "-T", "true"}) == "--entries-only and -T/--syscall-times cannot be provided simultaneously");
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
}

TEST_CASE("short options can be combined, and their argument may be attached or separate", "[options]")
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
    CHECK(good({"--daemon", "true"}).daemon == app::daemon::grandchild);   // an abbreviation of three names for one option
    CHECK(bad({"--out", "x", "true"})
          == "option '--out' is ambiguous; possibilities: '--output-append-mode' '--output' '--output-separately'");
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
    CHECK(bad({"-s", "1073741824", "true"}) == "invalid -s argument: '1073741824'");   // strace's limit
    CHECK(good({"-s", "1073741823", "true"}).capture.string_limit == 1073741823);
    CHECK(bad({"--columns=", "true"}) == "invalid --columns argument: ''");
    CHECK(bad({"-I", "7", "true"}) == "invalid -I argument: '7'");
    CHECK(good({"--format=json", "true"}).format == output_format::json);
    CHECK(good({"--format=json,entries", "true"}).format == output_format::json_with_entries);
    CHECK(bad({"--format=xml", "true"}) == "invalid --format argument: 'xml'");
    CHECK(bad({"-X", "foo", "true"}) == "invalid -X argument: 'foo'");
    CHECK(bad({"-E", "=x", "true"}) == "invalid -E argument: '=x'");
    CHECK(bad({"--relative-timestamps=h", "true"}) == "invalid --relative-timestamps argument: 'h'");
    CHECK(bad({"--daemonised=x", "true"}) == "invalid --daemonised argument: 'x'");
    CHECK(good({"true"}).placing == cotrace::cpu_placement::automatic);
    CHECK(good({"--placement=off", "true"}).placing == cotrace::cpu_placement::off);
    CHECK(good({"--placement=always", "true"}).placing == cotrace::cpu_placement::always);
    CHECK(bad({"--placement=here", "true"}) == "invalid --placement argument: 'here'");
    CHECK(bad({"--syscall-limit=0", "true"}) == "invalid --syscall-limit argument: '0'");
    CHECK(bad({"-b", "fork", "true"}) == "Syscall 'fork' for -b isn't supported");
}

TEST_CASE("-p accepts lists in the formats of pidof and ps, and attaches to each process once", "[options]")
{
    CHECK(good({"-p", "1,2", "-p", "3 4\n5,2", "--attach=1"}).attach
          == std::vector<pid>{pid{1}, pid{2}, pid{3}, pid{4}, pid{5}});
    CHECK(bad({"-p", "0"}) == "Invalid process id: '0'");
    CHECK(bad({"-p", "1,abc"}) == "Invalid process id: 'abc'");
    CHECK(bad({"-p", "-5"}) == "Invalid process id: '-5'");
    CHECK(bad({"-p", "4294967297"}) == "Invalid process id: '4294967297'");
}

TEST_CASE("processes and a command can be traced together", "[options]")
{
    auto const seen = good({"-p", "1", "true"});
    CHECK(seen.attach.size() == 1);
    CHECK(seen.words == words{"true"});
}

TEST_CASE("-f twice writes a file per thread", "[options]")
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

TEST_CASE("-t gives more detail each time, up to a limit", "[options]")
{
    using enum render::time_prefix;
    using enum render::precision;
    auto const is = [](options const& seen, render::time_prefix format, render::precision fineness) {
        return seen.text.times == format && seen.text.times_to == fineness;
    };
    CHECK(is(good({"true"}), none, seconds));
    CHECK(is(good({"-t", "true"}), time_of_day, seconds));
    CHECK(is(good({"-tt", "true"}), time_of_day, micros));
    CHECK(is(good({"-ttttt", "true"}), unix, micros));
    CHECK(is(good({"--absolute-timestamps", "true"}), time_of_day, seconds));
    CHECK(is(good({"--timestamps=ms", "true"}), time_of_day, millis));
    CHECK(is(good({"--absolute-timestamps=format:unix,precision:ns", "true"}), unix, nanos));
    CHECK(is(good({"--absolute-timestamps=us,Unix", "true"}), unix, micros));
    CHECK(is(good({"--absolute-timestamps=unix", "--absolute-timestamps=ms", "true"}), unix, millis));
    CHECK(is(good({"--absolute-timestamps=unix", "--absolute-timestamps=none", "true"}), none, seconds));
    for (std::string wrong : {"foo", "format:us", "precision:unix", "unix,us,h"})
        CHECK(bad({"--absolute-timestamps=" + wrong, "true"}) == "invalid --absolute-timestamps argument: '" + wrong + "'");
}

TEST_CASE("times between lines and in calls have a precision", "[options]")
{
    using enum render::precision;
    CHECK(good({"-r", "true"}).text.relative);
    CHECK(good({"-r", "true"}).text.relative_to == micros);
    CHECK(good({"--relative-timestamps=ns", "true"}).text.relative_to == nanos);
    CHECK(good({"-T", "true"}).text.durations_to == micros);
    CHECK(good({"--syscall-times=s", "true"}).text.durations_to == seconds);
}

TEST_CASE("-x and -q have more effect each time", "[options]")
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

TEST_CASE("with -o, messages about attached processes are left out", "[options]")
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

TEST_CASE("-D has more effect each time, and too many are an error", "[options]")
{
    CHECK(good({"true"}).daemon == app::daemon::no);
    CHECK(good({"-D", "true"}).daemon == app::daemon::grandchild);
    CHECK(good({"-DDD", "true"}).daemon == app::daemon::session);
    CHECK(good({"--daemonize=pgrp", "true"}).daemon == app::daemon::process_group);
    CHECK(good({"-D", "true"}).interrupt == interruptible::never_stops);
    CHECK(bad({"-DDDD", "true"}) == "Too many -D's (4), maximum supported -D count is 3");
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

TEST_CASE("-e takes a qualifier, or calls without a qualifier", "[options]")
{
    CHECK(good({"true"}).calls.wants_all());
    CHECK_FALSE(good({"-e", "openat", "true"}).calls.wants_all());
    CHECK_FALSE(good({"-e", "trace=openat", "true"}).calls.wants_all());
    CHECK_FALSE(good({"-e", "t=%file,read", "true"}).calls.wants_all());
    CHECK_FALSE(good({"--trace=openat", "true"}).calls.wants_all());
    CHECK_FALSE(good({"-e", "/a=b|open", "true"}).calls.wants_all());
    CHECK(bad({"-e", "foo=bar", "true"}) == "invalid system call 'foo=bar'");
    CHECK_FALSE(bad({"-e", "trace=no_such_call", "true"}).empty());
    CHECK_FALSE(bad({"-e", "", "true"}).empty());
}

TEST_CASE("-e signal takes names, numbers and an inverted set", "[options]")
{
    auto const signals = [](std::string set) { return good({"-e", std::move(set), "true"}).text.signals; };
    CHECK(good({"true"}).text.signals.test(SIGUSR1));
    auto const two = signals("signal=SIGTERM,usr1,64");
    CHECK(two.test(SIGTERM));
    CHECK(two.test(SIGUSR1));
    CHECK(two.test(64));
    CHECK_FALSE(two.test(SIGINT));
    auto const others = signals("s=!SIGINT,rt_1");
    CHECK_FALSE(others.test(SIGINT));
    CHECK_FALSE(others.test(33));
    CHECK(others.test(SIGTERM));
    CHECK(signals("s=!!INT").test(SIGINT));
    CHECK_FALSE(signals("signal=none").test(SIGINT));
    CHECK(signals("signal=255").none());
    CHECK(good({"--signal=all", "true"}).text.signals.test(SIGINT));
    CHECK(bad({"-e", "signal=FOO", "true"}) == "invalid signal 'FOO'");
    CHECK(bad({"-e", "signal=256", "true"}) == "invalid signal '256'");
    CHECK(bad({"-e", "signal=", "true"}) == "invalid signal ''");
    CHECK(bad({"-e", "signal=!,", "true"}) == "invalid signal '!,'");
}

TEST_CASE("-e quiet selects messages to leave out", "[options]")
{
    auto const quiet = [](std::string set) { return good({"-e", std::move(set), "true"}).quiet; };
    CHECK(quiet("quiet=exit") == quiet_options{.exit = true});
    CHECK(quiet("q=exits,superseded") == quiet_options{.exit = true, .thread_execve = true});
    CHECK(quiet("silent=thread-execve,path-resolution") == quiet_options{.path_resolution = true, .thread_execve = true});
    CHECK(quiet("silence=!exit") == quiet_options{true, false, true, true, true});
    CHECK(good({"--silent=all", "true"}).quiet == quiet_options{true, true, true, true, true});
    CHECK(bad({"--quiet=foo", "true"}) == "invalid quiet 'foo'");
    CHECK(bad({"--quiet=exit,all", "true"}) == "invalid quiet 'all'");
}

TEST_CASE("-e status, -z and -Z select the calls that are printed", "[options]")
{
    using enum call_status;
    CHECK(good({"true"}).text.statuses.is_all());
    CHECK(good({"-z", "true"}).text.statuses == status_set{successful});
    CHECK(good({"-z", "--failing-only", "true"}).text.statuses == status_set{failed});
    CHECK(good({"-e", "status=detached,unfinished", "true"}).text.statuses == status_set{unfinished, detached});
    CHECK(good({"--status=!failed", "true"}).text.statuses == ~status_set{failed});
    CHECK(bad({"--status=good", "true"}) == "invalid status 'good'");
}

TEST_CASE("-e abbrev, verbose and raw take a set of calls", "[options]")
{
    auto const calls = [](std::string set) { return good({"-e", std::move(set), "true"}); };
    CHECK_FALSE(good({"true"}).in_full);
    CHECK_FALSE(calls("abbrev=all").in_full);
    CHECK_FALSE(calls("verbose=all").flat);
    CHECK_FALSE(calls("raw=none").text.raw);
    CHECK(calls("a=!fstat").in_full->wants(cotrace::abi::arch::x86_64, 5));
    CHECK_FALSE(calls("a=!fstat").in_full->wants(cotrace::abi::arch::x86_64, 0));
    CHECK(calls("v=!%desc").flat->wants(cotrace::abi::arch::x86_64, 5));
    CHECK(calls("x=/^fst").text.raw->wants(cotrace::abi::arch::x86_64, 5));
    CHECK(good({"-v", "true"}).capture.verbose);
    CHECK_FALSE(good({"-v", "--abbrev=all", "true"}).capture.verbose);
    CHECK(bad({"--raw=opne", "true"}) == "invalid system call 'opne'");
}

TEST_CASE("-e read and write take a set of descriptors", "[options]")
{
    auto const seen = good({"-e", "read=0,3", "-e", "w=!1", "true"}).capture;
    CHECK(seen.read_from.has(3));
    CHECK_FALSE(seen.read_from.has(1));
    CHECK(seen.written_to.has(2));
    CHECK_FALSE(seen.written_to.has(1));
    CHECK(good({"--read=all", "true"}).capture.read_from.has(99));
    CHECK(good({"--read=none", "true"}).capture.read_from.empty());
    CHECK(bad({"--write=x", "true"}) == "invalid descriptor 'x'");
}

TEST_CASE("a summary has its options", "[options]")
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
    CHECK(bad({"-c", "-S", "size", "true"}) == "invalid sortby: 'size'");
    CHECK(bad({"-c", "-U", "calls,", "true"}) == "unknown column name: ''");
    CHECK(bad({"-c", "-U", "calls,count,name", "true"})
          == "call summary column has been provided more than once: 'count' (-U option residual: 'count,name')");
    for (std::string wrong : {"x", "1h", "-1", "nan", "1e30"})
        CHECK(bad({"-c", "-O", wrong, "true"}) == "invalid -O argument: '" + wrong + "'");
    CHECK(good({"-c", "-ti", "true"}).warnings
          == words{"-i/--instruction-pointer has no effect with -c/--summary-only",
                   "-t/--absolute-timestamps has no effect with -c/--summary-only"});
    CHECK(good({"-S", "name", "true"}).warnings.size() == 1);
}

TEST_CASE("-y gives more detail each time, and --decode-fds selects the details", "[options]")
{
    CHECK_FALSE(good({"true"}).capture.descriptors.any());
    CHECK(good({"-y", "true"}).capture.descriptors == descriptor_details{.path = true});
    CHECK(good({"-yy", "true"}).capture.descriptors == descriptor_details::all());
    CHECK(good({"-yyy", "true"}).capture.descriptors == descriptor_details::all());
    CHECK(good({"--decode-fds", "true"}).capture.descriptors == descriptor_details{.path = true});
    CHECK(good({"--decode-fds=all", "true"}).capture.descriptors == descriptor_details::all());
    CHECK_FALSE(good({"--decode-fds=none", "true"}).capture.descriptors.any());
    CHECK(good({"-e", "decode-fd=socket,eventfd", "true"}).capture.descriptors == descriptor_details{.socket = true, .counter = true});
    CHECK(good({"-e", "decode-fds=!path,dev", "true"}).capture.descriptors
          == descriptor_details{.socket = true, .counter = true, .process = true, .signals = true});
    CHECK(bad({"--decode-fds=foo", "true"}) == "invalid decode-fds: 'foo'");
    CHECK(bad({"-e", "decode-fds=", "true"}) == "invalid decode-fds: ''");
    CHECK_FALSE(bad({"-y", "--decode-fds=dev", "true"}).empty());
    CHECK_FALSE(bad({"-e", "decode-fds=dev", "-y", "true"}).empty());
}

TEST_CASE("-Y and --decode-pids select the details of processes", "[options]")
{
    CHECK_FALSE(good({"true"}).capture.processes.any());
    CHECK(good({"-Y", "true"}).capture.processes == process_details{.command = true});
    CHECK(good({"--decode-pids=pidns", "true"}).capture.processes == process_details{.outside = true});
    CHECK(good({"-e", "decode-pids=all", "true"}).capture.processes == process_details{.command = true, .outside = true});
    CHECK(bad({"--decode-pids=foo", "true"}) == "invalid decode-pids: 'foo'");
    CHECK_FALSE(bad({"--decode-pids"}).empty());
}

TEST_CASE("-P and --trace-fds select calls by their files", "[options]")
{
    CHECK(good({"true"}).accesses.wants_all());
    CHECK(good({"-P", "/a", "--trace-path=b", "true"}).accesses.paths == words{"/a", "b"});
    auto const some = good({"-e", "trace-fds=3,5", "true"}).accesses;
    CHECK(some.has(5));
    CHECK_FALSE(some.has(4));
    CHECK(good({"-e", "fd=!3", "true"}).accesses.has(4));
    CHECK_FALSE(good({"--trace-fds=!3", "true"}).accesses.has(3));
    CHECK_FALSE(good({"--trace-fds=none", "true"}).accesses.wants_all());
    CHECK_FALSE(good({"--trace-fds=none", "true"}).accesses.has(3));
    CHECK(good({"--trace-fds=all", "true"}).accesses.has(3));
    CHECK(bad({"--trace-fds=x", "true"}) == "invalid descriptor 'x'");
    CHECK(bad({"-e", "trace-fds=", "true"}) == "invalid descriptor ''");
}

TEST_CASE("-e inject takes calls, changes and occasions", "[options]")
{
    using namespace std::chrono_literals;
    auto const rule = [](std::string text) {
        auto const seen = good({"-e", "inject=" + text, "true"});
        REQUIRE(seen.injections.size() == 1);
        return seen.injections.front();
    };
    constexpr auto native = cotrace::abi::arch::x86_64;
    auto const fails = rule("write,read:error=ENOSPC:when=2..4+2");
    CHECK(fails.calls.wants(native, 0));
    CHECK_FALSE(fails.calls.wants(native, 2));
    CHECK(fails.what.result == -28);
    CHECK(fails.when.include(4));
    CHECK_FALSE(fails.when.include(3));
    CHECK_FALSE(fails.when.include(6));
    CHECK(rule("write:retval=0x10").what.result == 16);
    CHECK(rule("write:error=28:syscall=getpid").what.instead == "getpid");
    CHECK(rule("write:signal=SIGUSR1").what.signal == signo{SIGUSR1});
    CHECK(rule("write:delay_enter=3").what.delay_entry == 3us);
    CHECK(rule("write:delay_exit=1.5s").what.delay_exit == 1500ms);
    auto const pokes = rule("write:poke_enter=@arg2=0aFF,@arg7=00").what.poke_entry;
    REQUIRE(pokes.size() == 2);
    CHECK(pokes[0].argument == 1);
    CHECK(pokes[0].bytes == std::vector{std::byte{0x0a}, std::byte{0xff}});
    CHECK(pokes[1].argument == 6);
    auto const both = good({"--fault=write", "--inject=read:retval=-1", "true"});
    REQUIRE(both.injections.size() == 2);
    CHECK(both.injections[0].what.result == -38);   // ENOSYS
    CHECK(both.warnings == words{"Inadvertent injection of error 1 is possible for retval=18446744073709551615"});
    for (std::string wrong : {"write", "write:error=0", "write:when=1", "write:error=1:when=+", "write:error=1:error=2", "write:error"})
        CHECK(bad({"-e", "inject=" + wrong, "true"}) == "invalid inject argument '" + wrong + "'");
    CHECK(bad({"--fault=write:signal=1", "true"}) == "invalid fault argument 'write:signal=1'");
    CHECK(bad({"--fault=opne", "true"}) == "invalid system call 'opne'");
}

TEST_CASE("trees, cgroups and names can be attached to, also with --attach-later", "[options]")
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

TEST_CASE("--seccomp-bpf has no effect, and gives strace's warnings", "[options]")
{
    CHECK(good({"--seccomp-bpf", "-f", "-e", "trace=write", "true"}).warnings.empty());
    CHECK(good({"--seccomp-bpf", "-f", "true"}).warnings.size() == 1);
    CHECK(good({"--seccomp-bpf", "true"}).warnings
          == words{"--seccomp-bpf cannot be used without -f/--follow-forks, disabling"});
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

TEST_CASE("every option is in the help", "[options]")
{
    auto const text = help();
    for (auto const* name : {"-f  ", "--follow-forks", "--status=[!]SET", "-z, --successful-only", "-e EXPRESSION", "--attach=PID", "--format=FORMAT", "--quiet[=SET]",
                             "-I, --interruptible=WHEN", "--output=FILE"})
        CHECK(text.find(name) != std::string::npos);
    CHECK(text.find("(null)") == std::string::npos);
}
