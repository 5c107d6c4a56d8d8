// SPDX-License-Identifier: BSL-1.0
// Tests of the options that select calls, signals, files and details, such as `-e trace=` and -P.
#include "unit/app/parsing.hpp"

#include <array>
#include <chrono>
#include <csignal>

namespace qualifiers_tests {

using namespace cotrace;
using namespace cotrace::app;
using namespace cotrace::app::test;

TEST_CASE("the argument of -e begins with a qualifier, or is a list of calls", "[options]")
{
    CHECK(good({"true"}).calls.wants_all());
    CHECK_FALSE(good({"-e", "openat", "true"}).calls.wants_all());
    CHECK_FALSE(good({"-e", "trace=openat", "true"}).calls.wants_all());
    CHECK_FALSE(good({"-e", "t=%file,read", "true"}).calls.wants_all());
    CHECK_FALSE(good({"--trace=openat", "true"}).calls.wants_all());
    CHECK_FALSE(good({"-e", "/a=b|open", "true"}).calls.wants_all());
    CHECK(bad({"-e", "foo=bar", "true"}) == "invalid qualifier 'foo'");
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
    CHECK(bad({"--quiet=al", "true"}) == "invalid quiet 'al'; did you mean 'all'?");
    CHECK(bad({"--quiet=!noe", "true"}) == "invalid quiet 'noe'; did you mean 'none'?");
    CHECK(bad({"--quiet=exit,al", "true"}) == "invalid quiet 'al'");
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
    CHECK(calls("a=!fstat").in_full->wants(cotrace::uapi::arch::x86_64, 5));
    CHECK_FALSE(calls("a=!fstat").in_full->wants(cotrace::uapi::arch::x86_64, 0));
    CHECK(calls("v=!%desc").flat->wants(cotrace::uapi::arch::x86_64, 5));
    CHECK(calls("x=/^fst").text.raw->wants(cotrace::uapi::arch::x86_64, 5));
    CHECK(good({"-v", "true"}).capture.verbose);
    CHECK_FALSE(good({"-v", "--abbrev=all", "true"}).capture.verbose);
    CHECK(bad({"--raw=opne", "true"}) == "invalid system call 'opne'; did you mean 'open' or 'openat'?");
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

TEST_CASE("each further -y shows more details of descriptors, and --decode-fds selects the details", "[options]")
{
    CHECK_FALSE(good({"true"}).capture.descriptors.any());
    CHECK(good({"-y", "true"}).capture.descriptors == descriptor_details{.path = true});
    CHECK(good({"-yy", "true"}).capture.descriptors == descriptor_details::all());
    CHECK(good({"-yyy", "true"}).capture.descriptors == descriptor_details::all());
    CHECK(good({"--decode-fds", "true"}).capture.descriptors == descriptor_details{.path = true});
    CHECK(good({"--decode-fds=all", "true"}).capture.descriptors == descriptor_details::all());
    CHECK_FALSE(good({"--decode-fds=none", "true"}).capture.descriptors.any());
    CHECK(good({"-e", "decode-fd=socket,eventfd", "true"}).capture.descriptors
          == descriptor_details{.socket = true, .counter = true});
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

TEST_CASE("-e inject takes a list of calls, the changes to make in them, and the numbers of the calls to change", "[options]")
{
    using namespace std::chrono_literals;
    auto const rule = [](std::string text) {
        auto const seen = good({"-e", "inject=" + text, "true"});
        REQUIRE(seen.injections.size() == 1);
        return seen.injections.front();
    };
    constexpr auto native = cotrace::uapi::arch::x86_64;
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
    CHECK(both.injections[0].what.result == -38);   // -38 is the default error, ENOSYS
    CHECK(both.warnings == words{"Inadvertent injection of error 1 is possible for retval=18446744073709551615"});
    for (std::string wrong :
         {"write", "write:error=0", "write:when=1", "write:error=1:when=+", "write:error=1:error=2", "write:error"})
        CHECK(bad({"-e", "inject=" + wrong, "true"}).starts_with("invalid inject argument '" + wrong + "'; "));
    CHECK(bad({"--fault=write:signal=1", "true"})
          == "invalid fault argument 'write:signal=1'; in 'signal=1': expected when=, error=, syscall= or path=");
    CHECK(bad({"--fault=opne", "true"}) == "invalid system call 'opne'; did you mean 'open' or 'openat'?");
}

TEST_CASE("-e kvm and -e namespace take one word each", "[options]")
{
    CHECK_FALSE(good({"true"}).capture.virtual_cpus);
    CHECK_FALSE(good({"true"}).capture.namespaces);
    CHECK(good({"-e", "kvm=vcpu", "true"}).capture.virtual_cpus);
    CHECK(good({"--kvm=vcpu", "true"}).capture.virtual_cpus);
    CHECK(good({"-e", "namespace=new", "true"}).capture.namespaces);
    CHECK(good({"--namespace=new", "true"}).capture.namespaces);
    CHECK(bad({"-e", "kvm=all", "true"}) == "invalid -e kvm= argument: 'all'");
    CHECK(bad({"-e", "kvm=vcup", "true"}) == "invalid -e kvm= argument: 'vcup'; did you mean 'vcpu'?");
    CHECK(bad({"--kvm=", "true"}) == "invalid -e kvm= argument: ''");
    CHECK(bad({"--namespace=net", "true"}) == "invalid -e namespace= argument: 'net'; did you mean 'new'?");
}

TEST_CASE("-e secontext selects the form of SELinux contexts", "[options]")
{
    CHECK_FALSE(good({"true"}).capture.contexts);
    auto const form = [](std::string option) {
        auto const seen = good({std::move(option), "true"});
        return std::array{seen.capture.contexts, seen.text.full_contexts, seen.wants_mismatches};
    };
    using flags = std::array<bool, 3>;
    CHECK(form("--secontext") == flags{true, false, false});
    CHECK(form("--secontext=full") == flags{true, true, false});
    CHECK(form("--secontext=mismatch") == flags{true, false, true});
    CHECK(form("--secontext=full,mismatch") == flags{true, true, true});
    CHECK(form("--secontext=all") == flags{true, true, true});
    CHECK(form("--secontext=!full") == flags{true, false, true});
    CHECK(form("-esecontext=!full,mismatch") == flags{true, false, false});
    CHECK(form("--secontext=none") == flags{false, false, false});
    CHECK(bad({"-e", "secontext=ful", "true"}) == "invalid secontext 'ful'; did you mean 'full'?");
    CHECK(bad({"--secontext", "--format=json", "true"}) == "-e secontext/--secontext and --format are mutually exclusive");
    CHECK(good({"--secontext", "true"}).warnings.empty());
    CHECK(good({"--secontext=mismatch", "true"}).warnings.empty());
}

}   // namespace qualifiers_tests
