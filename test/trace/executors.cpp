// SPDX-License-Identifier: BSL-1.0
// Which thread a tracer belongs to, what happens on another thread, and in which order tracers, sessions and contexts may be destroyed.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/run_for.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <thread>

namespace executors_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 60s;

/// Runs `context` on this thread until `done()` is true; gives false if that does not happen within the limit.
template <class Done>
bool run_until(asio::io_context& context, Done done)
{
    auto const end = std::chrono::steady_clock::now() + limit;
    context.restart();
    while (!done() && context.run_one_until(end) != 0) {
    }
    return done();
}

/// Looks again and again, without a context, until `done()` is true; gives false if that does not happen within the limit.
template <class Done>
bool becomes_true(Done done)
{
    auto const end = std::chrono::steady_clock::now() + limit;
    while (!done() && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(1ms);
    return done();
}

/// Launches `what` on `executor`; the session is in `into` once that is done.
void begin_launch(asio::any_io_executor executor, tracer& by, command what, session_options options, std::optional<session>& into)
{
    asio::co_spawn(
        executor,
        [](tracer& by, command what, session_options options, std::optional<session>& into) -> task<void> {
            auto made = co_await by.async_launch(quiet(std::move(what)), std::move(options));
            into.emplace(std::move(made).value());
        }(by, std::move(what), std::move(options), into),
        asio::detached);
}

/// How the operations of a session that waited for a long time ended.
struct pending_operations {
    std::optional<error_code> next;
    std::optional<error_code> wait;

    void begin(session& from)
    {
        from.async_wait([this](error_code ec, thread_exited const&) { wait = ec; });
        read(from);
    }
    bool ended() const { return next && wait; }

private:
    void read(session& from)
    {
        from.async_next([this, &from](error_code ec, std::optional<record> const& got) {
            if (ec || !got)
                next = ec;
            else
                read(from);
        });
    }
};

} // namespace

// The thread that a tracer belongs to.

TEST_CASE("a tracer belongs to the thread that uses it first, not to the one that constructs it", "[executors][side]")
{
    auto const how = GENERATE(waiting::signalfd, waiting::io_uring);
    asio::io_context context{1};
    tracer by{context.get_executor(), how};
    std::optional<trace> seen;
    std::thread{[&] {
        asio::co_spawn(
            context, [&]() -> task<void> { seen = co_await trace_of(by, program("hello")); }, asio::detached);
        context.run_for(limit);
    }}.join();
    REQUIRE(seen.has_value());
    CHECK(seen->end.known);
    CHECK(seen->end.status == 0);
    CHECK_FALSE(seen->output.empty());
}

TEST_CASE("a thread may use a tracer after the thread that constructed the tracer has ended", "[executors][side]")
{
    auto const how = GENERATE(waiting::signalfd, waiting::io_uring);
    asio::io_context context{1};
    std::optional<tracer> by;
    std::thread{[&] { by.emplace(context.get_executor(), how); }}.join();
    std::optional<trace> seen;
    asio::co_spawn(
        context, [&]() -> task<void> { seen = co_await trace_of(*by, program("hello")); }, asio::detached);
    CHECK(run_until(context, [&] { return seen.has_value(); }));
}

TEST_CASE("a tracer that no thread used may be destroyed on any thread", "[executors]")
{
    asio::io_context context{1};
    std::optional<tracer> by{std::in_place, context.get_executor()};
    std::thread{[&] { by.reset(); }}.join();
    CHECK_FALSE(by.has_value());
}

TEST_CASE("destroying a tracer after its thread has ended kills and reaps what it launched", "[executors]")
{
    asio::io_context context{1};
    std::optional<tracer>  by{std::in_place, context.get_executor()};
    std::optional<session> target;
    std::thread{[&] {
        begin_launch(context.get_executor(), *by, program("spins"), {}, target);
        run_until(context, [&] { return target.has_value(); });
    }}.join();
    REQUIRE(target.has_value());
    auto const root = target->root();
    by.reset();
    CHECK_FALSE(exists(root));
    while (target->try_next()) {
    }
}

} // namespace executors_tests
