// SPDX-License-Identifier: BSL-1.0
// Detaching from a parent that waits for its vfork(2) child, and from that child.
#include "support/attaching.hpp"
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/ready_guests.hpp"

namespace detach_vfork_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

LIVE_TEST("a process that waits for its vfork child goes on after a detach", "[detach]")
{
    session_options options;
    options.at_end = ending::detach;
    auto [by, talk, target] = co_await ready_launched(program("wakes_vfork"), options);
    co_await until([&] { return state_of(leader(target.root())) == 'D'; });
    CHECK(target.detach());
    // The parent cannot stop before its vfork child ends. So the tracer detaches from the child first.
    talk.close_input();
    co_await drain(target);
    co_await check_rest(talk, "the child exited 18\n");
}

TEST_CASE("after a detach a session ends although its process waits for a vfork child and cannot stop, and the process goes on",
          "[detach][vfork]")
{
    bool const follow = GENERATE(true, false);
    auto const side = GENERATE(waiting::automatic, waiting::signalfd);
    run_for(live_limit, [&]() -> task<void> {
        auto guest = co_await ready_untraced(program("wakes_vfork"), 'D');
        tracer by{co_await asio::this_coro::executor, side};
        session_options options;
        options.follow = follow;
        auto target = co_await attached(by, guest.id(), options);
        CHECK(target.detach());
        auto const records = co_await drain(target);
        auto const failed = all<trace_failed>(records);
        REQUIRE(failed.size() == 1);
        CHECK(failed[0].thread == guest.leader());
        CHECK(failed[0].what.what.code == errc::uninterruptible);
        // The child still waits for its input. Once the child ends, the parent stops, and the tracer detaches from the
        // parent.
        CHECK(tracer_of(guest.leader()) == tid{::getpid()});
        guest.close_input();
        co_await check_rest(guest, "the child exited 18\n");
        auto const status = co_await guest.status();
        CHECK(status == 0);
    });
}

TEST_CASE("the parent and the child of a traced vfork go on after a detach", "[detach][vfork]")
{
    bool const follow = GENERATE(true, false);
    auto const side = GENERATE(waiting::automatic, waiting::signalfd);
    run_for(live_limit, [&]() -> task<void> {
        auto guest = co_await ready_untraced(program("vforks_when_told"));
        tracer by{co_await asio::this_coro::executor, side};
        session_options options;
        options.follow = follow;
        auto target = co_await attached(by, guest.id(), options);
        guest.tell("x");
        auto const line = co_await guest.line();
        auto const child = number_after(line, "child ");
        co_await until([&] { return state_of(guest.leader()) == 'D'; });
        CHECK((tracer_of(leader(child)) != tid{}) == follow);
        CHECK(target.detach());
        co_await drain(target);
        CHECK(tracer_of(leader(child)) == tid{});
        guest.close_input();
        co_await check_rest(guest, "the child exited 18\n");
        auto const status = co_await guest.status();
        CHECK(status == 0);
    });
}

LIVE_TEST("a vfork parent that cannot stop goes on after its tracer was destroyed and the tracer's process ended",
          "[detach][vfork]")
{
    auto guest = co_await ready_untraced(program("wakes_vfork"), 'D');
    auto const destroy = [&] {
        run_for(live_limit, [&]() -> task<void> {
            tracer by{co_await asio::this_coro::executor};
            auto const target = co_await attached(by, guest.id());
        });
        return 0;
    };
    CHECK(in_a_process(destroy) == 0);
    guest.close_input();
    co_await check_rest(guest, "the child exited 18\n");
}

}   // namespace detach_vfork_tests
