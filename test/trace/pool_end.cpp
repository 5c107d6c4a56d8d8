// SPDX-License-Identifier: BSL-1.0
// Ends of pools and of their sessions.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

namespace pool_end_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

LIVE_TEST("the destruction of a pool ends its sessions and loses no record", "[pool][end]")
{
    auto const before = children();
    std::vector<pooled_session> all;
    {
        tracer_pool pool{2};
        for (int i = 0; i < 6; ++i) {
            session_options options;
            options.depth = 64;
            all.push_back(co_await launched(pool, program("calls_busily"), options));
        }
        for (auto const& each : all)
            co_await until([&] { return each.stats().records >= 64; });
    }
    CHECK(children() == before);
    for (auto& each : all) {
        auto const seen = co_await drain(each);
        CHECK(seen.size() == each.stats().records);
        auto const end = end_of(seen, leader(each.root()));
        REQUIRE(end.has_value());
        CHECK(end->status == SIGKILL);
        auto const waited = co_await each.async_wait();
        CHECK(waited.status == SIGKILL);
        auto const [killed] = co_await each.async_kill(use_tuple);
        CHECK(killed == errc::session_ended);
    }
}

LIVE_TEST("waiting operations complete when their pool is destroyed", "[pool][end]")
{
    auto const ex = co_await asio::this_coro::executor;
    auto pool = std::make_optional<tracer_pool>(std::size_t{1});
    session_options options;
    options.filter = filter{"none"};
    auto target = co_await launched(*pool, program("spins"), options);
    std::vector<record> seen;
    bool drained = false, ended = false, answered = false;
    asio::co_spawn(
        ex,
        [&]() -> task<void> {
            seen = co_await drain(target);
            drained = true;
        },
        asio::detached);
    target.async_wait([&](error_code ec, thread_exited how) { ended = !ec && how.status == SIGKILL; });
    co_await asio::post(ex, asio::use_awaitable);
    pool->async_launch(quiet(program("spins")), {},
                       asio::bind_executor(ex, [&](error_code, pooled_session) { answered = true; }));
    pool.reset();
    co_await until([&] { return drained && answered; });
    CHECK(count<thread_exited>(seen) == 1);
    co_await target.async_wait();
    co_await until([&] { return ended; });
}

LIVE_TEST("a pool may be destroyed by a thread that did not construct it", "[pool][end]")
{
    auto const before = children();
    auto pool = std::make_optional<tracer_pool>(std::size_t{2});
    session_options options;
    options.records = false;
    auto target = co_await launched(*pool, program("spins"), options);
    std::thread{[&] { pool.reset(); }}.join();
    CHECK(children() == before);
    auto const end = co_await target.async_wait();
    CHECK(end.status == SIGKILL);
}

LIVE_TEST("a pool may be destroyed by one of its own threads", "[pool][end]")
{
    auto const before = children();
    auto const pool = std::make_shared<std::optional<tracer_pool>>(std::in_place, std::size_t{2});
    // If the interceptor destroyed the pool before the launch has succeeded, the launch could fail with errc::tracer_closed.
    auto const is_launched = std::make_shared<std::atomic<bool>>(false);
    auto last = std::make_shared<scripted>(SYS_getppid);
    last->entry = [pool, is_launched](intercepted, syscall_call const&) -> task<verdict> {
        co_await until([&] { return is_launched->load(); });
        pool->reset();
        co_return proceed{};
    };
    auto target = co_await launched(**pool, program("asks_parent"), with(last));
    *is_launched = true;
    auto const end = co_await target.async_wait();
    CHECK(end.known);
    co_await until([&] { return children() == before; });
}

LIVE_TEST("a pooled session that is destroyed kills the processes that it launched", "[pool][end]")
{
    auto const before = children();
    tracer_pool pool{2};
    for (int i = 0; i < 10; ++i) {
        session_options options;
        options.depth = 8;
        auto target = co_await launched(pool, program("keeps_forking"), options);
        co_await target.async_next();
    }
    co_await until([&] { return children() == before; });
}

TEST_CASE("a pool goes on when a consumer's execution context is destroyed while the consumer waits", "[pool][end]")
{
    auto const before = children();
    tracer_pool pool{1};
    for (int i = 0; i < 10; ++i) {
        asio::io_context context{1};
        bool waits = false;
        asio::co_spawn(
            context,
            [&]() -> task<void> {
                auto target = co_await launched(pool, program("calls_busily"));
                waits = true;
                co_await target.async_wait();
            },
            asio::detached);
        while (!waits)
            context.run_one();
    }
    run_for(live_limit, [&]() -> task<void> {
        co_await until([&] { return children() == before; });
        auto const seen = co_await trace_of(pool, program("hello"));
        CHECK(seen.output == "hello\n");
    });
}

}   // namespace pool_end_tests
