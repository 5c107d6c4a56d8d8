// SPDX-License-Identifier: BSL-1.0
// Ready-made interceptors, and the matchers that say what calls they are for.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/run_for.hpp"

#include <cotrace/interceptors.hpp>

#include <cstring>

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;
using intercept::occasions;

namespace {

constexpr auto limit = 60s;

/// What a guest says that opens /etc/passwd so many times while these have their say.
task<std::string> said_under(session_options options, char const* times)
{
    auto const seen = co_await trace_of(program("opens_file", "/etc/passwd", times), options);
    CHECK(all<trace_failed>(seen.records).empty());
    co_return seen.output;
}

template <class... Interceptors>
task<std::string> said_by_opener(char const* times, Interceptors... all)
{
    session_options options;
    (options.interceptors.push_back(std::move(all)), ...);   // GCC 12 has no initializer_list in coroutines
    return said_under(std::move(options), times);
}

call_matcher opens()
{
    return call("openat").path("/etc/passwd");
}

} // namespace

TEST_CASE("the n-th call that fits fails", "[ready_made]")
{
    run_for(limit, []() -> task<void> {
        auto const said = co_await said_by_opener("4", intercept::fail(opens(), ENOSPC, occasions::nth(2)));
        CHECK(said == "errno 0\nerrno 28\nerrno 0\nerrno 0\n");
    });
}

TEST_CASE("every k-th call that fits fails", "[ready_made]")
{
    run_for(limit, []() -> task<void> {
        auto const said = co_await said_by_opener("5", intercept::fail(opens(), EIO, occasions::every(2)));
        CHECK(said == "errno 0\nerrno 5\nerrno 0\nerrno 5\nerrno 0\n");
    });
}

TEST_CASE("which calls fail at random is the same for the same seed", "[ready_made]")
{
    run_for(limit, []() -> task<void> {
        auto const once  = co_await said_by_opener("20", intercept::fail(opens(), EIO, occasions::at_random(0.5, 3)));
        auto const again = co_await said_by_opener("20", intercept::fail(opens(), EIO, occasions::at_random(0.5, 3)));
        CHECK(once == again);
        CHECK(once.find("errno 0") != once.npos);
        CHECK(once.find("errno 5") != once.npos);
    });
}

TEST_CASE("the first interceptor that decides is the one that counts", "[ready_made]")
{
    run_for(limit, []() -> task<void> {
        auto const said = co_await said_by_opener("3", intercept::fail(opens(), EIO, occasions::nth(1)),
                                                        intercept::fail(opens(), ENOSPC, occasions::nth(1)));
        CHECK(said == "errno 5\nerrno 28\nerrno 0\n");
    });
}

TEST_CASE("a result can be made up, with the call and without it", "[ready_made]")
{
    run_for(limit, []() -> task<void> {
        auto const without = co_await said_by_opener("1", intercept::replace(opens(), -EACCES));
        CHECK(without == "errno 13\n");
        auto const with = co_await said_by_opener("1", intercept::override_result(opens(), -EACCES));
        CHECK(with == "errno 13\n");
    });
}

TEST_CASE("a delay holds up its own thread at entry and exit", "[ready_made]")
{
    run_for(limit, []() -> task<void> {
        session_options options;
        options.interceptors.push_back(intercept::delay(opens(), 50ms, 50ms));
        auto const seen = co_await trace_of(program("opens_file", "/etc/passwd", "1"), options);
        CHECK(seen.output == "errno 0\n");
        auto const opened = calls(seen.records, SYS_openat);
        auto const held = std::ranges::find_if(opened, [](auto const& each) { return opens().fits(*each.what.call); });
        REQUIRE(held != opened.end());
        CHECK(held->what.took >= 100ms);
    });
}

TEST_CASE("a path is rewritten, and the subject does not see it", "[ready_made]")
{
    run_for(limit, []() -> task<void> {
        std::vector<std::string> asked;
        auto elsewhere = intercept::rewrite_path(filter{"openat"}, [&asked](std::string_view path) -> std::optional<std::string> {
            asked.emplace_back(path);
            if (path == "/etc/passwd")
                return "/no/such/folder/with/a/long/name/passwd";
            return std::nullopt;
        });
        auto const said = co_await said_by_opener("2", elsewhere);
        CHECK(said == "errno 2\nerrno 2\n");
        CHECK(std::ranges::count(asked, "/etc/passwd") == 2);
    });
}

TEST_CASE("a question may take its time, and its answer counts", "[ready_made]")
{
    run_for(limit, []() -> task<void> {
        auto slow = intercept::ask(opens(), [](intercepted, syscall_call const&) -> task<verdict> {
            asio::steady_timer timer{co_await asio::this_coro::executor, 20ms};
            co_await timer.async_wait(asio::use_awaitable);
            co_return fail_with{EPERM};
        });
        auto const said = co_await said_by_opener("1", slow);
        CHECK(said == "errno 1\n");
    });
}

TEST_CASE("matchers tell calls apart by arguments and by what they come to", "[ready_made][match]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("opens_file", "/etc/passwd", "2"));
        auto const matching = [&](call_matcher const& which) {
            return std::ranges::count_if(seen.records, [&](record const& each) { return which.fits(each); });
        };
        CHECK(matching(opens()) == 4);   // entries and exits
        CHECK(matching(opens().succeeds()) == 2);
        CHECK(matching(opens().fails()) == 0);
        CHECK(matching(call("openat").path(glob{"/etc/pass*"}).succeeds()) == 2);
        CHECK(matching(call("openat").path(glob{"/*"}).succeeds()) == 0);   // matches no slash
        CHECK(matching(call("openat").fd(AT_FDCWD).path("/etc/passwd")) == 4);
        CHECK(matching(call("write").fd(1)) == 4);
        CHECK(matching(call("write").fd(2)) == 0);
        CHECK(matching(call("write").argument("count", 8).returns(8)) == 2);
        CHECK(matching(call("write").argument("buf", "errno 0\n").returns(8)) == 2);
        CHECK(matching(call("openat").path("/etc/ld.so.preload").fails(ENOENT))
              == matching(call("openat").path("/etc/ld.so.preload").fails()));
        CHECK(matching(call("%desc").where([](syscall_call const& each) { return each.args[2] == 8; }).returns(8)) >= 2);
    });
}
