// SPDX-License-Identifier: BSL-1.0
// Default-constructed and moved-from objects: each operation completes with an error.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/event_loop.hpp"
#include "support/live_test.hpp"

#include <atomic>

namespace empty_objects_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

TEMPLATE_TEST_CASE("operations of a session that is default-constructed or moved from give errors", "[empty_objects]", session,
                   pooled_session)
{
    TestType empty;
    CHECK(empty.root() == pid{});
    CHECK(empty.stats().stops == 0);
    CHECK(empty.thread_stats().empty());
    CHECK_FALSE(empty.try_next().has_value());
    run_for(live_limit, [&]() -> task<void> {
        error_code const wanted = errc::empty_object;
        auto const [next, got] = co_await empty.async_next(use_tuple);
        CHECK(next == wanted);
        CHECK_FALSE(got.has_value());
        std::vector<record> into;
        auto const [read, count] = co_await empty.async_read(into, use_tuple);
        CHECK(read == wanted);
        CHECK(count == 0);
        auto const [wait, how] = co_await empty.async_wait(use_tuple);
        CHECK(wait == wanted);
        CHECK(how.status == 0);
    });
    TestType other = std::move(empty);
    empty = std::move(other);
    other = TestType{};
}

LIVE_TEST("requests of a default-constructed session give errors", "[empty_objects]")
{
    session empty;
    CHECK(empty.detach().error() == errc::empty_object);
    CHECK(empty.kill().error() == errc::empty_object);
    CHECK(empty.set_filter(filter{}).error() == errc::empty_object);
    co_return;
}

LIVE_TEST("requests of a session that was moved from while its program runs give errors, and the program goes on",
          "[empty_objects]")
{
    tracer by{co_await asio::this_coro::executor};
    session former = co_await by.async_launch(quiet(program("spins")));
    session target = std::move(former);
    CHECK(former.kill().error() == errc::empty_object);
    auto const [next, got] = co_await former.async_next(use_tuple);
    CHECK(next == error_code{errc::empty_object});
    CHECK_FALSE(got.has_value());
    CHECK(lives(target.root()));
    CHECK(target.kill());
    co_await drain(target);
}

TEMPLATE_TEST_CASE("asynchronous requests of a default-constructed session give errors", "[empty_objects]", session,
                   pooled_session)
{
    run_for(live_limit, []() -> task<void> {
        TestType empty;
        auto const [detached] = co_await empty.async_detach(use_tuple);
        auto const [killed] = co_await empty.async_kill(use_tuple);
        auto const [filtered] = co_await empty.async_set_filter(filter{}, use_tuple);
        CHECK(detached == errc::empty_object);
        CHECK(killed == errc::empty_object);
        CHECK(filtered == errc::empty_object);
        empty.cancel();
        CHECK_FALSE(empty.why().code);
    });
}

TEST_CASE("an operation of a default-constructed session completes although no execution context runs", "[empty_objects]")
{
    session empty;
    std::atomic<int> completed = 0;
    empty.async_next([&](error_code ec, std::optional<record> const&) { completed += ec == errc::empty_object; });
    empty.async_wait([&](error_code ec, thread_exited const&) { completed += ec == errc::empty_object; });
    CHECK(becomes_true([&] { return completed == 2; }));
}

LIVE_TEST("operations of a tracer or a pool that was moved from give errors", "[empty_objects]")
{
    tracer by{co_await asio::this_coro::executor};
    tracer const other = std::move(by);
    auto const launched = co_await result_of(by.async_launch(quiet(program("hello")), use_tuple));
    auto const attached = co_await result_of(by.async_attach(pid{1}, use_tuple));
    REQUIRE(launched.has_error());
    CHECK(launched.error().code == errc::empty_object);
    REQUIRE(attached.has_error());
    CHECK(attached.error().code == errc::empty_object);
    auto const [closing] = co_await by.async_close(use_tuple);
    CHECK(closing == error_code{errc::empty_object});
    (void)by.get_executor();

    tracer_pool pool{1};
    tracer_pool const rest = std::move(pool);
    CHECK(pool.size() == 0);
    auto const pooled = co_await result_of(pool.async_launch(quiet(program("hello")), use_tuple));
    REQUIRE(pooled.has_error());
    CHECK(pooled.error().code == errc::empty_object);
}

}   // namespace empty_objects_tests
