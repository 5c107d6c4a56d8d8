// SPDX-License-Identifier: BSL-1.0
#include "options.hpp"

#include "support/catch.hpp"

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

TEST_CASE("options end at the command, whose own options are left to it", "[options]")
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

TEST_CASE("there must be something to trace", "[options]")
{
    CHECK(bad({}).find("COMMAND") != std::string::npos);
    CHECK(bad({"-f"}).find("COMMAND") != std::string::npos);
    CHECK(bad({"-p", ""}).find("COMMAND") != std::string::npos);
    CHECK(good({"--help"}).help);
    CHECK(good({"-V"}).version);
}

TEST_CASE("short options cluster and take their argument attached or apart", "[options]")
{
    auto const seen = good({"-fttTs100", "-a", "20", "-oout", "true"});
    CHECK(seen.follow);
    CHECK(seen.text.times == render::time_prefix::micros);
    CHECK(seen.text.durations);
    CHECK(seen.capture.string_limit == 100);
    CHECK(seen.text.column == 20);
    CHECK(seen.output.path == "out");
}

TEST_CASE("long options may be shortened while they are unique", "[options]")
{
    CHECK(good({"--follow", "true"}).follow);
    CHECK(good({"--string-limit=7", "true"}).capture.string_limit == 7);
    CHECK(good({"--string-limit", "7", "true"}).capture.string_limit == 7);
    CHECK(bad({"--out", "x", "true"}) == "ambiguous option: '--out'");
}

TEST_CASE("an option that is not there, or not used rightly, is named", "[options]")
{
    CHECK(bad({"-Q", "true"}) == "unknown option: '-Q'");
    CHECK(bad({"-fQ", "true"}) == "unknown option: '-Q'");
    CHECK(bad({"-f", "--nothing=3", "true"}) == "unknown option: '--nothing'");
    CHECK(bad({"--follow-forks=2", "true"}) == "option takes no argument: '--follow-forks'");
    CHECK(bad({"-s"}) == "option requires an argument: '-s'");
    CHECK(bad({"-f", "--output"}) == "option requires an argument: '--output'");
}

TEST_CASE("an argument that will not do is quoted with the name its option was given by", "[options]")
{
    CHECK(bad({"-s", "x", "true"}) == "invalid -s argument: 'x'");
    CHECK(bad({"-s-1", "true"}) == "invalid -s argument: '-1'");
    CHECK(bad({"-s", "5x", "true"}) == "invalid -s argument: '5x'");
    CHECK(bad({"-s", "99999999999", "true"}) == "invalid -s argument: '99999999999'");
    CHECK(bad({"--columns=", "true"}) == "invalid --columns argument: ''");
    CHECK(bad({"-I", "7", "true"}) == "invalid -I argument: '7'");
    CHECK(good({"--format=json", "true"}).format == output_format::json);
    CHECK(good({"--format=json,entries", "true"}).format == output_format::json_with_entries);
    CHECK(bad({"--format=xml", "true"}) == "invalid --format argument: 'xml'");
    CHECK(bad({"-X", "foo", "true"}) == "invalid -X argument: 'foo'");
    CHECK(bad({"-E", "=x", "true"}) == "invalid -E argument: '=x'");
    CHECK(bad({"--relative-timestamps=ns", "true"}) == "invalid --relative-timestamps argument: 'ns'");
}

TEST_CASE("processes are listed in any way that pidof and ps list them, each once", "[options]")
{
    CHECK(good({"-p", "1,2", "-p", "3 4\n5,2", "--attach=1"}).attach
          == std::vector<pid>{pid{1}, pid{2}, pid{3}, pid{4}, pid{5}});
    CHECK(bad({"-p", "0"}) == "invalid process id: '0'");
    CHECK(bad({"-p", "1,abc"}) == "invalid process id: 'abc'");
    CHECK(bad({"-p", "-5"}) == "invalid process id: '-5'");
    CHECK(bad({"-p", "4294967297"}) == "invalid process id: '4294967297'");
}

TEST_CASE("processes and a command go together", "[options]")
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
    CHECK(bad({"-ff", "-o", "|cat", "true"}).find("exclude") != std::string::npos);
}

TEST_CASE("-o names a file or a command to pipe into", "[options]")
{
    CHECK(good({"-o", "|cat", "true"}).output.is_pipe());
    CHECK(good({"-o", "!cat", "true"}).output.is_pipe());
    CHECK_FALSE(good({"-o", "cat", "true"}).output.is_pipe());
    CHECK(good({"-A", "-o", "cat", "true"}).output.append);
}

TEST_CASE("-t says more each time, to an end", "[options]")
{
    using enum render::time_prefix;
    CHECK(good({"true"}).text.times == none);
    CHECK(good({"-t", "true"}).text.times == seconds);
    CHECK(good({"-ttt", "true"}).text.times == unix_micros);
    CHECK(good({"-ttttt", "true"}).text.times == unix_micros);
    CHECK(good({"--absolute-timestamps", "true"}).text.times == seconds);
    CHECK(good({"--absolute-timestamps=us", "true"}).text.times == micros);
    CHECK(good({"--absolute-timestamps=format:unix,precision:us", "true"}).text.times == unix_micros);
    CHECK(bad({"--absolute-timestamps=foo", "true"}) == "invalid --absolute-timestamps argument: 'foo'");
}

TEST_CASE("-x and -q say more each time", "[options]")
{
    CHECK(good({"-x", "true"}).text.strings == render::escapes::unprintable_hex);
    CHECK(good({"-xx", "true"}).text.strings == render::escapes::all_hex);
    CHECK(good({"-q", "true"}).quiet.attach);
    CHECK_FALSE(good({"-q", "true"}).quiet.exit);
    CHECK(good({"-qq", "true"}).quiet.exit);
    CHECK(good({"-qqq", "true"}).quiet.exit);
    CHECK_FALSE(good({"-qq", "true"}).quiet.path_resolution);
    CHECK(good({"-qqq", "true"}).quiet.path_resolution);
}

TEST_CASE("-e takes a qualifier, and calls without one", "[options]")
{
    CHECK(good({"true"}).calls.wants_all());
    CHECK_FALSE(good({"-e", "openat", "true"}).calls.wants_all());
    CHECK_FALSE(good({"-e", "trace=openat", "true"}).calls.wants_all());
    CHECK_FALSE(good({"-e", "t=%file,read", "true"}).calls.wants_all());
    CHECK_FALSE(good({"--trace=openat", "true"}).calls.wants_all());
    CHECK_FALSE(good({"-e", "/a=b|open", "true"}).calls.wants_all());
    CHECK(bad({"-e", "inject=all:error=1", "true"}) == "invalid -e qualifier: 'inject'");
    CHECK_FALSE(bad({"-e", "trace=no_such_call", "true"}).empty());
    CHECK_FALSE(bad({"-e", "", "true"}).empty());
}

TEST_CASE("-e signal takes names, numbers and all others", "[options]")
{
    CHECK(good({"true"}).signals.test(SIGUSR1));
    auto const two = good({"-e", "signal=SIGTERM,usr1,64", "true"}).signals;
    CHECK(two.test(SIGTERM));
    CHECK(two.test(SIGUSR1));
    CHECK(two.test(64));
    CHECK_FALSE(two.test(SIGINT));
    auto const others = good({"-e", "s=!SIGINT,rt_1", "true"}).signals;
    CHECK_FALSE(others.test(SIGINT));
    CHECK_FALSE(others.test(33));
    CHECK(others.test(SIGTERM));
    CHECK_FALSE(good({"-e", "signal=none", "true"}).signals.test(SIGINT));
    CHECK(good({"--signal=all", "true"}).signals.test(SIGINT));
    CHECK(bad({"-e", "signal=FOO", "true"}) == "invalid signal: 'FOO'");
    CHECK(bad({"-e", "signal=65", "true"}) == "invalid signal: '65'");
    CHECK(bad({"-e", "signal=", "true"}) == "invalid signal: ''");
}

TEST_CASE("-e quiet says what to leave out", "[options]")
{
    CHECK(good({"-e", "quiet=exit", "true"}).quiet.exit);
    CHECK_FALSE(good({"-e", "quiet=exit", "true"}).quiet.attach);
    CHECK(good({"--quiet=all", "true"}).quiet.attach);
    CHECK_FALSE(good({"-e", "q=!exit", "true"}).quiet.exit);
    CHECK(good({"-e", "q=!exit", "true"}).quiet.attach);
    CHECK(bad({"--quiet=foo", "true"}) == "invalid quiet: 'foo'");
}

TEST_CASE("-y says more each time, --decode-fds what is said", "[options]")
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

TEST_CASE("-Y and --decode-pids say what is said of processes", "[options]")
{
    CHECK_FALSE(good({"true"}).capture.processes.any());
    CHECK(good({"-Y", "true"}).capture.processes == process_details{.command = true});
    CHECK(good({"--decode-pids=pidns", "true"}).capture.processes == process_details{.outside = true});
    CHECK(good({"-e", "decode-pids=all", "true"}).capture.processes == process_details{.command = true, .outside = true});
    CHECK(bad({"--decode-pids=foo", "true"}) == "invalid decode-pids: 'foo'");
    CHECK_FALSE(bad({"--decode-pids"}).empty());
}

TEST_CASE("-P and --trace-fds say which files calls must be about", "[options]")
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
    CHECK(bad({"--trace-fds=x", "true"}) == "invalid descriptor: 'x'");
    CHECK(bad({"-e", "trace-fds=", "true"}) == "invalid descriptor: ''");
}

TEST_CASE("the command's surroundings are as asked", "[options]")
{
    auto const seen = good({"-E", "A=1", "-E", "B", "--env=C=", "-u", "nobody", "--argv0", "zero", "true"});
    CHECK(seen.environment == words{"A=1", "B", "C="});
    CHECK(seen.user == "nobody");
    CHECK(seen.argv0 == "zero");
}

TEST_CASE("every option is in the help", "[options]")
{
    auto const text = help();
    for (auto const* name : {"--follow-forks", "-e EXPRESSION", "--attach=PID", "--format=FORMAT", "--quiet[=SET]",
                             "-I, --interruptible=WHEN", "--output=FILE"})
        CHECK(text.find(name) != std::string::npos);
    CHECK(text.find("(null)") == std::string::npos);
}
