// SPDX-License-Identifier: BSL-1.0
// Ready-made interceptors, and the matchers that select their calls.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"

#include <cotrace/interceptors.hpp>

#include <array>
#include <cstring>

namespace ready_made_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;
using intercept::occasions;

namespace {

/// The output of a guest that opens /etc/passwd `times` times, traced with `options`.
task<std::string> output_under(session_options options, char const* times)
{
    auto const seen = co_await trace_of(program("opens_file", "/etc/passwd", times), options);
    CHECK(all<trace_failed>(seen.records).empty());
    co_return seen.output;
}

template <class... Interceptors>
task<std::string> opener_output(char const* times, Interceptors... all)
{
    session_options options;
    (options.interceptors.push_back(std::move(all)), ...);   // a braced list would copy the pointers
    return output_under(std::move(options), times);
}

call_matcher opens() { return call("openat").path("/etc/passwd"); }

}   // namespace

LIVE_TEST("intercept::fail can make only the n-th matching call fail", "[ready_made]")
{
    auto const said = co_await opener_output("4", intercept::fail(opens(), ENOSPC, occasions::nth(2)));
    CHECK(said == "errno 0\nerrno 28\nerrno 0\nerrno 0\n");
}

LIVE_TEST("intercept::fail can make every k-th matching call fail", "[ready_made]")
{
    auto const said = co_await opener_output("5", intercept::fail(opens(), EIO, occasions::every(2)));
    CHECK(said == "errno 0\nerrno 5\nerrno 0\nerrno 5\nerrno 0\n");
}

LIVE_TEST("the calls that fail at random are the same for the same seed", "[ready_made]")
{
    auto const once = co_await opener_output("20", intercept::fail(opens(), EIO, occasions::at_random(0.5, 3)));
    auto const again = co_await opener_output("20", intercept::fail(opens(), EIO, occasions::at_random(0.5, 3)));
    CHECK(once == again);
    CHECK(once.find("errno 0") != once.npos);
    CHECK(once.find("errno 5") != once.npos);
}

LIVE_TEST("if two ready-made interceptors match a call, the first decides, and the second does not count the call",
          "[ready_made]")
{
    auto const said = co_await opener_output("3", intercept::fail(opens(), EIO, occasions::nth(1)),
                                             intercept::fail(opens(), ENOSPC, occasions::nth(1)));
    CHECK(said == "errno 5\nerrno 28\nerrno 0\n");
}

LIVE_TEST("a result can be replaced for a call that does not run, and for a call that runs", "[ready_made]")
{
    auto const without = co_await opener_output("1", intercept::replace(opens(), -EACCES));
    CHECK(without == "errno 13\n");
    auto const with = co_await opener_output("1", intercept::override_result(opens(), -EACCES));
    CHECK(with == "errno 13\n");
}

LIVE_TEST("a delay holds the calling thread at the entry and at the exit", "[ready_made]")
{
    session_options options;
    options.interceptors.push_back(intercept::delay(opens(), 50ms, 50ms));
    auto const seen = co_await trace_of(program("opens_file", "/etc/passwd", "1"), options);
    CHECK(seen.output == "errno 0\n");
    auto const opened = calls(seen.records, SYS_openat);
    auto const held = std::ranges::find_if(opened, [](auto const& each) { return opens().fits(*each.what.call); });
    REQUIRE(held != opened.end());
    CHECK(held->what.took >= 50ms);   // as in strace, the duration of a call does not include the delay at its exit
    auto const begun = std::ranges::find_if(seen.records, [&](record const& each) {
        auto const* const entry = std::get_if<syscall_entered>(&each.what);
        return entry != nullptr && entry->call == held->what.call;
    });
    auto const ended = std::ranges::find_if(begun, seen.records.end(), [&](record const& each) {
        auto const* const exit = std::get_if<syscall_exited>(&each.what);
        return exit != nullptr && exit->call == held->what.call;
    });
    REQUIRE(ended != seen.records.end());
    CHECK(ended->at - begun->at >= 100ms);
}

LIVE_TEST("a path is rewritten for the call only, so that the program still has the original path", "[ready_made]")
{
    std::vector<std::string> asked;
    auto elsewhere = intercept::rewrite_path(filter{"openat"}, [&asked](std::string_view path) -> std::optional<std::string> {
        asked.emplace_back(path);
        if (path == "/etc/passwd")
            return "/no/such/folder/with/a/long/name/passwd";
        return std::nullopt;
    });
    auto const said = co_await opener_output("2", elsewhere);
    CHECK(said == "errno 2\nerrno 2\n");
    CHECK(std::ranges::count(asked, "/etc/passwd") == 2);
}

LIVE_TEST("the function of intercept::ask may wait, and its verdict is used", "[ready_made]")
{
    auto slow = intercept::ask(opens(), [](intercepted, syscall_call const&) -> task<verdict> {
        asio::steady_timer timer{co_await asio::this_coro::executor, 20ms};
        co_await timer.async_wait(asio::use_awaitable);
        co_return fail_with{EPERM};
    });
    auto const said = co_await opener_output("1", slow);
    CHECK(said == "errno 1\n");
}

LIVE_TEST("matchers select calls by arguments and by outcome", "[ready_made][match]")
{
    auto const seen = co_await trace_of(program("opens_file", "/etc/passwd", "2"));
    auto const matching = [&](call_matcher const& which) {
        return std::ranges::count_if(seen.records, [&](record const& each) { return which.fits(each); });
    };
    CHECK(matching(opens()) == 4);   // two entries and two exits
    CHECK(matching(opens().succeeds()) == 2);
    CHECK(matching(opens().fails()) == 0);
    CHECK(matching(call("openat").path(glob{"/etc/pass*"}).succeeds()) == 2);
    CHECK(matching(call("openat").path(glob{"/*"}).succeeds()) == 0);   // the * of a glob matches no slash
    CHECK(matching(call("openat").fd(AT_FDCWD).path("/etc/passwd")) == 4);
    CHECK(matching(call("write").fd(1)) == 4);
    CHECK(matching(call("write").fd(2)) == 0);
    CHECK(matching(call("write").argument("count", 8).returns(8)) == 2);
    CHECK(matching(call("write").argument("buf", "errno 0\n").returns(8)) == 2);
    CHECK(matching(call("openat").path("/etc/ld.so.preload").fails(ENOENT))
          == matching(call("openat").path("/etc/ld.so.preload").fails()));
    CHECK(matching(call("%desc").where([](syscall_call const& each) { return each.args[2] == 8; }).returns(8)) >= 2);
}

LIVE_TEST("records say how an interceptor changed a call", "[ready_made]")
{
    session_options options;
    options.filter = filter{"openat,write"};
    options.interceptors.push_back(intercept::delay(opens(), 1ms, {}, occasions::nth(1)));
    options.interceptors.push_back(intercept::fail(opens(), EIO, occasions::nth(2)));
    options.interceptors.push_back(intercept::rewrite_path(
        call("openat").path("/etc/passwd"), [](std::string_view) { return std::optional<std::string>{"/etc/group"}; }));
    auto const seen = co_await trace_of(program("opens_file", "/etc/passwd", "2"), options);
    std::vector<tampering> done;
    for (auto const& each : calls(seen.records, SYS_openat))
        if (opens().fits(*each.what.call))
            done.push_back(each.what.tampered);
    REQUIRE(done.size() == 2);
    CHECK((done[0].delayed && done[0].arguments && !done[0].result));
    CHECK((done[1].result && !done[1].arguments && !done[1].delayed));
    for (auto const& each : calls(seen.records, SYS_write))
        CHECK_FALSE(each.what.tampered.any());
}

LIVE_TEST("an injection counts the calls of each number and of each thread separately", "[ready_made]")
{
    session_options options;
    intercept::injection what;
    what.result = -EIO;
    options.interceptors.push_back(intercept::inject(call("write,getpid"), what, occasions::nth(1)));
    auto const seen = co_await trace_of(program("forks"), options);
    std::vector<tid> failed;
    for (auto const& each : calls(seen.records, SYS_write))
        if (each.what.outcome.error() == EIO)
            failed.push_back(each.thread);
    CHECK(failed.size() == 2);   // one call of the parent and one call of the child failed
    CHECK(seen.output.empty());
}

LIVE_TEST("the si_code of an injected signal is SI_KERNEL, or SI_TKILL if there is a filter in the kernel", "[ready_made]")
{
    session_options options;
    options.filter = filter{"write"};
    intercept::injection what;
    what.signal = signo{SIGTERM};
    what.delay_entry = 1ms;
    for (bool const in_kernel : std::array{false, true}) {
        options.in_kernel = in_kernel ? kernel_filter::automatic : kernel_filter::off;
        options.interceptors.clear();
        options.interceptors.push_back(intercept::inject(call("write"), what, occasions::nth(2)));
        auto const seen = co_await trace_of(program("opens_file", "/etc/passwd", "3"), options);
        auto const got = all<signal_received>(seen.records);
        REQUIRE(got.size() == 1);
        CHECK(got[0].what.info.si_code == (in_kernel ? SI_TKILL : SI_KERNEL));
        CHECK((seen.end.killed && seen.end.status == SIGTERM));
        CHECK(calls(seen.records, SYS_write).back().what.tampered.delayed);
    }
}

LIVE_TEST("an injection can run another system call instead", "[ready_made]")
{
    session_options options;
    intercept::injection what;
    what.result = 8;
    what.instead = "getpid";
    options.interceptors.push_back(intercept::inject(call("write").fd(1), what, occasions::between(1, 2)));
    auto const seen = co_await trace_of(program("opens_file", "/etc/passwd", "3"), options);
    CHECK(seen.output == "errno 0\n");
    for (auto const& each : calls(seen.records, SYS_write))
        CHECK(each.what.outcome.value == 8);
}

LIVE_TEST("a failed write to memory is recorded, and the call goes on", "[ready_made]")
{
    session_options options;
    intercept::injection what;
    what.poke_entry.push_back({0, std::vector(1, std::byte{1})});   // this write fails: argument 0 is no address
    what.poke_exit.push_back({1, std::vector(1, std::byte{'E'})});
    options.interceptors.push_back(intercept::inject(call("write").fd(1), what));
    auto const seen = co_await trace_of(program("opens_file", "/etc/passwd", "1"), options);
    CHECK(seen.output == "errno 0\n");
    auto const failed = all<trace_failed>(seen.records);
    REQUIRE(failed.size() == 1);
    CHECK(failed[0].what.what.code == errc::unmapped_memory);
    CHECK(calls(seen.records, SYS_write).back().what.tampered.arguments);
}

LIVE_TEST("an interceptor's on_end is called at the end of each thread", "[ready_made]")
{
    struct listening final : interceptor {
        std::vector<tid> ended;
        bool wants(syscall_call const&) const noexcept override { return false; }
        void on_end(tid thread) noexcept override { ended.push_back(thread); }
    };
    auto const listener = std::make_shared<listening>();
    auto const seen = co_await trace_of(program("threads_many", "4"), with(listener));
    CHECK(listener->ended.size() == all<thread_started>(seen.records).size());
}

}   // namespace ready_made_tests
