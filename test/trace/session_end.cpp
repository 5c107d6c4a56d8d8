// SPDX-License-Identifier: BSL-1.0
// Ends of sessions: the destruction of a session or a tracer, kill, and requests after the end.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/ready_guests.hpp"

namespace session_end_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

LIVE_TEST("a session that is destroyed kills the processes that it launched", "[sessions][end]")
{
    auto const before = children();
    tracer by{co_await asio::this_coro::executor};
    {
        auto target = co_await launched(by, program("threads_wait", "3"));
    }
    co_await until([&] { return children() == before; });
}

LIVE_TEST("with ending::detach, a session that is destroyed detaches from the processes that it launched",
          "[sessions][end][detach]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    conversation talk{ex};
    pid root{};
    {
        auto what = program("reads_line");
        what.redirects = talk.redirects();
        session_options options;
        options.at_end = ending::detach;
        auto target = co_await by.async_launch(what, options);
        root = target.root();
        talk.begin();
        auto const line = co_await talk.line();
        CHECK(line == "ready");
    }
    co_await until([&] { return tracer_of(leader(root)) == tid{}; });
    talk.tell("hello\n");
    co_await check_rest(talk, "read 6 errno 0 hello\n\n");
    co_await until([&] { return ::waitpid(raw(root), nullptr, WNOHANG) != 0; });
}

LIVE_TEST("a session that is destroyed detaches from the processes that it attached to", "[sessions][end][attach]")
{
    auto guest = co_await ready_untraced(program("threads_wait", "3"));
    tracer by{co_await asio::this_coro::executor};
    {
        auto target = co_await by.async_attach(guest.id());
    }
    co_await until(
        [&] { return std::ranges::all_of(threads_of(guest.id()), [](tid each) { return tracer_of(each) == tid{}; }); });
    guest.close_input();
    co_await check_rest(guest, "joined 3\n");
}

LIVE_TEST("with ending::kill, a session that is destroyed kills the processes that it attached to", "[sessions][end][attach]")
{
    auto guest = co_await ready_untraced(program("threads_wait", "3"));
    tracer by{co_await asio::this_coro::executor};
    session_options options;
    options.at_end = ending::kill;
    {
        auto target = co_await by.async_attach(guest.id(), options);
    }
    co_await until([&] { return !lives(guest.id()); });
}

LIVE_TEST("kill ends every process of a session, and each end is recorded", "[sessions][end]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    conversation talk{ex};
    auto target = co_await launched(by, program("watches_child"), talk);
    auto const child = number_after(co_await talk.line(), "child ");
    CHECK(target.kill());
    auto const seen = co_await drain(target);
    for (tid const each : {leader(target.root()), leader(child)}) {
        auto const end = end_of(seen, each);
        REQUIRE(end.has_value());
        CHECK(end->killed);
        CHECK(end->status == SIGKILL);
    }
}

LIVE_TEST("kill ends all processes of a session, although they keep forking", "[sessions][end][follow]")
{
    auto const before = children();
    tracer by{co_await asio::this_coro::executor};
    for (int i = 0; i < 20; ++i) {
        session_options options;
        options.filter = filter{"none"};
        auto target = co_await launched(by, program("keeps_forking"), options);
        std::size_t born = 0;
        co_await read_until(target, [&](record const& each) {
            born += std::holds_alternative<thread_started>(each.what);
            return born == 10;
        });
        CHECK(target.kill());
        auto const seen = co_await drain(target);
        CHECK(count<trace_failed>(seen) == 0);
    }
    CHECK(children() == before);
}

LIVE_TEST("kill, detach and set_filter after the end fail with session_ended", "[sessions][end]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("nothing"));
    co_await drain(target);
    CHECK(target.kill().error() == errc::session_ended);
    CHECK(target.detach().error() == errc::session_ended);
    auto const filtered = target.set_filter(filter{"close"});
    REQUIRE_FALSE(filtered);
    CHECK(filtered.error() == errc::session_ended);
}

LIVE_TEST("the destruction of a tracer ends its sessions", "[sessions][end]")
{
    auto const before = children();
    std::optional<session> target;
    {
        tracer by{co_await asio::this_coro::executor};
        target.emplace(co_await launched(by, program("threads_wait", "10")));
        CHECK(children() != before);
    }
    CHECK(children() == before);
}

LIVE_TEST("a session still delivers its records and its end after its tracer was destroyed", "[sessions][end]")
{
    std::optional<session> target;
    {
        tracer by{co_await asio::this_coro::executor};
        target.emplace(co_await launched(by, program("spins")));
        co_await until([&] { return target->stats().records > 3; });
    }
    auto const seen = co_await drain(*target);
    CHECK(!seen.empty());
    co_await target->async_wait();
}

LIVE_TEST("a tracer that is destroyed detaches from the processes that it attached to", "[sessions][end][attach]")
{
    auto guest = co_await ready_untraced(program("calls_busily"));
    std::optional<session> target;
    {
        tracer by{co_await asio::this_coro::executor};
        target.emplace(co_await by.async_attach(guest.id()));
    }
    CHECK(tracer_of(guest.leader()) == tid{});
    guest.signal(SIGUSR1);
    co_await check_rest(guest, "wrong 0\n");
}

}   // namespace session_end_tests
