// SPDX-License-Identifier: BSL-1.0
// Tests of options that strace does not have.
#include "output_names.hpp"
#include "session_setup.hpp"
#include "shell_words.hpp"

#include "unit/app/parsing.hpp"

namespace own_options_tests {

using namespace cotrace;
using namespace cotrace::app;
using namespace cotrace::app::test;

TEST_CASE("-s takes the word unlimited", "[options]")
{
    CHECK(good({"-s", "unlimited", "true"}).capture.string_limit == capture_options::unlimited);
    CHECK(good({"--string-limit=unlimited", "true"}).capture.string_limit == capture_options::unlimited);
    CHECK(bad({"-s", "unlimitd", "true"}) == "invalid -s argument: 'unlimitd'; did you mean 'unlimited'?");
}

TEST_CASE("--stop-after takes a time, a size and a number of calls, each once, in any order", "[options]")
{
    auto const limits = [](std::string list) { return good({"--stop-after", std::move(list), "true"}).stop_after; };
    auto const all = limits("1000calls,10s,100MB");
    CHECK(all.calls.most == 1000);
    CHECK(all.time.most == 10'000'000'000);
    CHECK(all.bytes.most == 100'000'000);
    CHECK(all.bytes.text == "100MB");
    CHECK(limits("5ms").time.most == 5'000'000);
    CHECK(limits("2min").time.most == 120'000'000'000);
    CHECK(limits("3h").time.most == 10'800'000'000'000);
    CHECK(limits("7B").bytes.most == 7);
    CHECK(limits("7kB").bytes.most == 7'000);
    CHECK(limits("7KB").bytes.most == 7'000);
    CHECK(limits("7GB").bytes.most == 7'000'000'000);
    CHECK(limits("7KiB").bytes.most == 7'168);
    CHECK(limits("7MiB").bytes.most == 7'340'032);
    CHECK(limits("7GiB").bytes.most == 7'516'192'768);
    CHECK(good({"--stop-after=1s", "--stop-after=2B", "true"}).stop_after.time.most == 1'000'000'000);
    CHECK(good({"true"}).has_limit() == false);
    CHECK(good({"--stop-after=1s", "true"}).has_limit());
    CHECK(good({"--syscall-limit=1", "true"}).has_limit());
}

TEST_CASE("the error of an invalid --stop-after names the possible units, or says what is wrong with the limit", "[options]")
{
    for (std::string wrong : {"10", "s", "10m", "1.5s", "-1s", "10calls,x"})
        CHECK(bad({"--stop-after", wrong, "true"})
                  .find("a number with a unit: s, ms, min, h, B, kB, MB, GB, KiB, MiB, GiB or calls")
              != std::string::npos);
    CHECK(bad({"--stop-after=0s", "true"}) == "invalid --stop-after argument: '0s'; '0s' is no limit");
    CHECK(bad({"--stop-after=99999999999h", "true"})
          == "invalid --stop-after argument: '99999999999h'; '99999999999h' is too large");
    CHECK(bad({"--stop-after=1s,2h", "true"}) == "invalid --stop-after argument: '1s,2h'; '2h' is the second limit of its kind");
    CHECK(bad({"--stop-after=", "true"}) == "invalid --stop-after argument: ''");
    CHECK(bad({"--stop-after=1calls", "--syscall-limit=1", "true"})
          == "--syscall-limit and --stop-after with a number of calls cannot be provided simultaneously");
    CHECK(bad({"--stop-after=1s", "--entries-only", "true"})
          == "--entries-only and --stop-after cannot be provided simultaneously");
}

TEST_CASE("--in-kernel-filter says whether a seccomp program may select the calls", "[options]")
{
    CHECK(good({"true"}).in_kernel == kernel_filter::automatic);
    CHECK(good({"--in-kernel-filter=auto", "true"}).in_kernel == kernel_filter::automatic);
    CHECK(good({"--in-kernel-filter=never", "true"}).in_kernel == kernel_filter::off);
    CHECK(bad({"--in-kernel-filter=off", "true"}) == "invalid --in-kernel-filter argument: 'off'");
    CHECK(bad({"--in-kernel-filter=never", "--seccomp-bpf", "-f", "true"})
          == "--seccomp-bpf and --in-kernel-filter=never cannot be provided simultaneously");
    CHECK(bad({"--in-kernel-filter=never", "--entries-only", "true"})
          == "--entries-only and --in-kernel-filter=never cannot be provided simultaneously");
}

TEST_CASE("--threads-only and --max-depth limit which new threads and processes are followed", "[options]")
{
    CHECK_FALSE(good({"-f", "true"}).threads_only);
    CHECK_FALSE(good({"-f", "true"}).most_generations);
    CHECK(good({"--threads-only", "true"}).threads_only);
    CHECK(good({"--threads-only", "true"}).follow);
    CHECK(good({"--max-depth=0", "true"}).most_generations == 0);
    CHECK(good({"--max-depth", "3", "-f", "true"}).most_generations == 3);
    CHECK(good({"--max-depth=1", "true"}).follow);
    CHECK(bad({"--max-depth=x", "true"}) == "invalid --max-depth argument: 'x'");
    CHECK(bad({"--max-depth=-1", "true"}) == "invalid --max-depth argument: '-1'");
    CHECK(bad({"--max-depth=1", "--threads-only", "true"}) == "--threads-only and --max-depth cannot be provided simultaneously");
    CHECK(bad({"--max-depth=1", "--entries-only", "true"}) == "--entries-only and --max-depth cannot be provided simultaneously");
    CHECK(bad({"--threads-only", "--attach-name=a", "--attach-later"})
          == "--attach-later and --threads-only cannot be provided simultaneously");
    CHECK(bad({"--max-depth=1", "--seccomp-bpf", "true"}) == "--seccomp-bpf and --max-depth cannot be provided simultaneously");
}

TEST_CASE("--whole-lines is an option of the text format", "[options]")
{
    CHECK_FALSE(good({"true"}).text.whole_lines);
    CHECK(good({"--whole-lines", "-f", "true"}).text.whole_lines);
    CHECK(bad({"--whole-lines", "--format=json", "true"}) == "--whole-lines and --format are mutually exclusive");
    CHECK(bad({"--whole-lines", "--entries-only", "true"})
          == "--entries-only and --whole-lines cannot be provided simultaneously");
}

TEST_CASE("--output-name is a pattern for the names of the files of -ff", "[options]")
{
    CHECK(good({"-ff", "--output-name=%p.%c", "true"}).output.name == "%p.%c");
    CHECK(good({"-ff", "--output-name=%p", "true"}).output.is_file());
    CHECK(good({"--output-separately", "--output-name=%%%n%t%P", "-o", "x", "true"}).output.path == "x");
    CHECK(bad({"--output-name=%p", "-f", "true"}) == "--output-name must be given with -ff/--output-separately");
    for (std::string wrong : {"%", "a%", "%x", "%%%"})
        CHECK(bad({"-ff", "--output-name", wrong, "true"})
              == "invalid --output-name argument: '" + wrong + "'; after '%' may stand p, P, c, n, t or %");
    CHECK(bad({"-ff", "--output-name=", "true"}) == "invalid --output-name argument: ''");
}

TEST_CASE("the pattern of --output-name is expanded", "[options]")
{
    name_parts const parts{.thread = tid{12}, .process = pid{11}, .command = "a/b c", .number = 3, .seconds = 1'700'000'000};
    CHECK(expanded("%p.%c", parts) == "12.a_b c");
    CHECK(expanded("%P-%n-%t%%", parts) == "11-3-1700000000%");
    CHECK(expanded("plain", parts) == "plain");
}

TEST_CASE("the files of one run get different names", "[options]")
{
    output_options const wanted;
    output_names names{wanted};
    CHECK(names.unused("a") == "a");
    CHECK(names.unused("a") == "a.2");
    CHECK(names.unused("a") == "a.3");
    CHECK(names.unused("b.2") == "b.2");
    CHECK(names.unused("b") == "b");
    CHECK(names.unused("b") == "b.3");
}

TEST_CASE("--clock chooses the clock of the times", "[options]")
{
    CHECK(good({"-t", "true"}).clock == record_clock::realtime);
    CHECK(good({"-t", "--clock=realtime", "true"}).clock == record_clock::realtime);
    CHECK(good({"-r", "--clock=monotonic", "true"}).clock == record_clock::monotonic);
    CHECK(good({"--clock=boottime", "--format=json", "true"}).clock == record_clock::boottime);
    CHECK(good({"--clock=boottime", "-t", "true"}).warnings.empty());
    CHECK(good({"--clock=boottime", "true"}).warnings.size() == 1);
    CHECK(bad({"--clock=tai", "true"}) == "invalid --clock argument: 'tai'");
}

TEST_CASE("a rule of -e inject and -e fault may have a pattern for paths", "[options]")
{
    auto const rules = good({"-e", "inject=openat:path=/etc/*:error=ENOENT", "--fault=%file:path=/x", "true"}).injections;
    REQUIRE(rules.size() == 2);
    CHECK(rules[0].path == "/etc/*");
    CHECK(rules[1].path == "/x");
    CHECK(good({"-e", "fault=openat", "true"}).injections.front().path.empty());
    for (std::string wrong : {"openat:path=:error=EIO", "openat:path=/a:path=/b:error=EIO", "openat:path=/a"})
        CHECK(bad({"-e", "inject=" + wrong, "true"}).starts_with("invalid inject argument '" + wrong + "'; "));
}

TEST_CASE("a command line of --run is split as a shell splits it", "[options]")
{
    auto const split = [](std::string_view line) { return shell_words(line).value(); };
    CHECK(split("").empty());
    CHECK(split(" \t\n").empty());
    CHECK(split("ls -l  /tmp") == words{"ls", "-l", "/tmp"});
    CHECK(split("a 'b c' \"d e\"f''") == words{"a", "b c", "d ef"});
    CHECK(split("a '' \"\"") == words{"a", "", ""});
    CHECK(split("a\\ b \\'c") == words{"a b", "'c"});
    CHECK(split("'a\\b' \"a\\b\" \"a\\\\b\\\"c\\$\"") == words{"a\\b", "a\\b", "a\\b\"c$"});
    CHECK(split("a\\\nb") == words{"ab"});
    CHECK(split("find -name *.c a#b ~ '#' '|;&<>()$`'") == words{"find", "-name", "*.c", "a#b", "~", "#", "|;&<>()$`"});
    for (auto const* const wrong :
         {"'a", "a \"b", "a\\", "a | b", "a;b", "a &", "a > b", "(a)", "a $b", "a `b`", "\"$a\"", "a #b"})
        CHECK_FALSE(shell_words(wrong));
}

TEST_CASE("--run adds commands, and the commands are numbered, with COMMAND as the last one", "[options]")
{
    auto const seen = good({"--run", "/bin/ls -l", "--run=cat 'a b'", "--argv0=x", "/usr/bin/true", "1"});
    CHECK(seen.runs == std::vector{words{"/bin/ls", "-l"}, words{"cat", "a b"}});
    auto const all = commands_of(seen);
    REQUIRE(all.size() == 3);
    CHECK(all[0].label == "1 ls");
    CHECK(all[0].argv0.empty());
    CHECK(all[1].label == "2 cat");
    CHECK(all[2].label == "3 true");
    CHECK(all[2].words == words{"/usr/bin/true", "1"});
    CHECK(all[2].argv0 == "x");
    CHECK(commands_of(good({"true"})).front().label.empty());
    CHECK(commands_of(good({"-p", "1"})).empty());
    CHECK(good({"--run=ls", "-p", "1"}).attach.size() == 1);
    CHECK(bad({"--run=", "true"}) == "invalid --run argument: ''; it names no command");
    CHECK(bad({"--run='a", "true"}) == "invalid --run argument: ''a'; a ' has no second '");
    CHECK(bad({"--run=a|b", "true"}) == "invalid --run argument: 'a|b'; '|' has no meaning here; quote it, or run sh -c '...'");
    CHECK(bad({"--run=a", "-D", "true"}) == "--run and -D/--daemonize cannot be provided simultaneously");
    CHECK(bad({"--run=a", "--attach-later", "--attach-name=a"}) == "--run and --attach-later cannot be provided simultaneously");
    CHECK(bad({"--run=a", "--argv0=x"}) == "PROG [ARGS] must be specified with --argv0");
}

TEST_CASE("--top and --histogram replace the trace, unless -C or --format=text asks for the trace", "[options]")
{
    CHECK(good({"--top", "true"}).answers.slowest == 20);
    CHECK(good({"--top=5", "true"}).answers.slowest == 5);
    CHECK(good({"--top", "true"}).only_answers);
    CHECK(good({"--histogram", "true"}).only_answers);
    CHECK(good({"--histogram=read,%network", "true"}).answers.histogram_of);
    CHECK(good({"-c", "--top", "true"}).only_answers);
    CHECK_FALSE(good({"-C", "--top", "true"}).only_answers);
    CHECK_FALSE(good({"--format=text", "--histogram", "true"}).only_answers);
    CHECK_FALSE(good({"true"}).only_answers);
    CHECK(bad({"--top=0", "true"}) == "invalid --top argument: '0'");
    CHECK(bad({"--top=10001", "true"}) == "invalid --top argument: '10001'; the largest number of calls is 10000");
    CHECK(bad({"--histogram=opne", "true"}).find("opne") != std::string::npos);
    CHECK(bad({"--top", "--entries-only", "true"}) == "--entries-only and --top cannot be provided simultaneously");
    CHECK(bad({"--top", "-ff", "true"}) == "--top and -ff/--output-separately are mutually exclusive");
    CHECK(bad({"--histogram", "--format=json", "true"}) == "--histogram and --format are mutually exclusive");
}

TEST_CASE("--longer-than selects calls by itself, and if --where is given, both conditions must hold", "[options]")
{
    using namespace std::chrono_literals;
    auto const selects = [](options const& all, std::uint64_t number, std::chrono::nanoseconds took) {
        auto call = std::make_shared<syscall_call>();
        call->arch = uapi::arch::x86_64;
        call->number = number;
        syscall_exited done;
        done.call = std::move(call);
        done.took = took;
        return all.selects(record{tid{7}, {}, done}, done);
    };
    constexpr std::uint64_t read = 0, write = 1;
    auto const slow = good({"--longer-than=10ms", "true"});
    CHECK(selects(slow, read, 11ms));
    CHECK_FALSE(selects(slow, read, 10ms));
    CHECK((*slow.text.where)(record{tid{7}, {}, thread_exited{}}));
    CHECK_FALSE((*slow.text.where)(record{tid{7}, {}, syscall_entered{std::make_shared<syscall_call>()}}));
    for (auto const& both : {good({"--where", R"(name == "read")", "--longer-than=10", "true"}),
                             good({"--longer-than=10us", "--where", R"(name == "read")", "true"})}) {
        CHECK(selects(both, read, 11us));
        CHECK_FALSE(selects(both, write, 11us));
        CHECK_FALSE(selects(both, read, 9us));
    }
    CHECK(bad({"--longer-than=-1ms", "true"}) == "invalid --longer-than argument: '-1ms'");
    CHECK(bad({"--longer-than=1x", "true"}) == "invalid --longer-than argument: '1x'");
}

TEST_CASE("--by says what the rows of the summary stand for", "[options]")
{
    CHECK(good({"-c", "--by=path", "true"}).counts.by == render::summary_key::path);
    CHECK(good({"-C", "--by", "error", "true"}).counts.by == render::summary_key::error);
    CHECK(bad({"-c", "--by=proces", "true"}) == "invalid --by argument: 'proces'; did you mean 'process'?");
    CHECK(bad({"--by=path", "true"}) == "--by must be given with (-c/--summary-only or -C/--summary)");
    auto const capture = [](char const* by) { return session_options_for(good({"-c", "--by", by, "true"}), {}, {}).capture; };
    CHECK(capture("path").descriptors.path);
    CHECK(capture("path").decode);
    CHECK(capture("address").descriptors.socket);
    CHECK(capture("process").thread_names);
    CHECK_FALSE(capture("error").decode);
}

}   // namespace own_options_tests
