// SPDX-License-Identifier: BSL-1.0
// Tests of the errors of attaches that fail.
#include "support/attaching.hpp"
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/needs_root.hpp"
#include "support/ready_guests.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace attach_errors_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

LIVE_TEST("attaching to a process that does not exist fails with ESRCH", "[attach]")
{
    auto const gone = must(::fork());
    if (gone == 0)
        ::_exit(0);
    must(::waitpid(gone, nullptr, 0));
    tracer by{co_await asio::this_coro::executor};
    auto const said = co_await refused(by, pid{gone});
    CHECK(said.code == boost::system::errc::no_such_process);
    CHECK(said.thread == tid{gone});
}

TEST_CASE("attaching to a process of another user fails with EPERM", "[attach]")
{
    if (lacks_root("to become another user"))
        return;
    auto const status = in_a_process([] {
        if (!become_another_user())
            return 97;
        int answer = 96;
        asio::io_context context{1};
        asio::co_spawn(
            context,
            [&]() -> task<void> {
                tracer by{co_await asio::this_coro::executor};
                auto const said = co_await refused(by, pid{1});
                answer = said.code == boost::system::errc::operation_not_permitted ? 0 : 1;
            },
            asio::detached);
        context.run_for(live_limit);
        return answer;
    });
    CHECK(status == 0);
}

LIVE_TEST("attaching to a process that is already traced fails with already_traced and reports the tracer's id", "[attach]")
{
    auto [guest, child] = co_await ready_untraced_with(program("seizes_child"), "child ");
    tracer by{co_await asio::this_coro::executor};
    auto const said = co_await refused(by, child);
    CHECK(said.code == errc::already_traced);
    CHECK(said.other == guest.leader());
}

LIVE_TEST("attaching to a process that another tracer object of the same program traces fails with already_traced", "[attach]")
{
    auto const ex = co_await asio::this_coro::executor;
    auto guest = co_await ready_untraced(program("reads_line"));
    tracer one{ex}, other{ex};
    auto target = co_await attached(one, guest.id());
    auto const said = co_await refused(other, guest.id());
    CHECK(said.code == errc::already_traced);
}

// The execve(2) waits for threads that the first tracer keeps stopped while the queue is full. The second tracer's PTRACE_SEIZE
// waits for the execve(2).
LIVE_TEST("attaching to a process that another tracer object traces fails with already_traced, also during an execve",
          "[attach][exec]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer one{ex}, other{ex};
    session_options options;
    options.filter = filter{"execve"};
    options.depth = 1;
    conversation talk{ex};
    auto target = co_await launched(one, program("thread_execs", guest("reads_line")), talk, options);
    int threads = 0;
    auto const seen = co_await read_until(target, [&](record const& each) {
        threads += std::holds_alternative<thread_started>(each.what) ? 1 : 0;
        return threads == 4;   // the thread that started last calls execve(2)
    });
    co_await until([&] { return state_of(seen.back().thread) == 'D'; });
    std::optional<failure> said;
    asio::co_spawn(
        ex, [&]() -> task<void> { said = co_await refused(other, target.root()); },
        [](std::exception_ptr broken) {
            if (broken)
                std::rethrow_exception(broken);
        });
    for (int turns = 0; turns < 10; ++turns)   // in this time, the attach makes its first request
        co_await asio::post(ex, asio::use_awaitable);
    co_await read_until(target, [](record const& each) { return std::holds_alternative<image_replaced>(each.what); });
    co_await until([&] { return said.has_value(); });
    CHECK(said->code == errc::already_traced);
    talk.close_input();
    co_await drain(target);
}

LIVE_TEST("attaching to the process that the tracer runs in fails with own_process", "[attach]")
{
    tracer by{co_await asio::this_coro::executor};
    auto const said = co_await refused(by, pid{::getpid()});
    CHECK(said.code == errc::own_process);
}

LIVE_TEST("attaching to a zombie fails, and the zombie's parent can still reap it", "[attach]")
{
    auto [guest, child] = co_await ready_untraced_with(program("leaves_zombie"), "child ");
    tracer by{co_await asio::this_coro::executor};
    (void)co_await refused(by, child);
    guest.close_input();
    co_await check_rest(guest, "the child exited 3\n");
}

LIVE_TEST("attaching to either of two processes that trace each other fails with already_traced", "[attach][nested]")
{
    auto const ex = co_await asio::this_coro::executor;
    started guest{ex, program("trace_each_other")};
    auto const line = co_await guest.line();
    auto const child = number_after(line, "child ");
    CHECK(line.ends_with("seized us 0 we seized it 0"));
    tracer by{ex};
    auto const parents = co_await refused(by, guest.id());
    auto const childs = co_await refused(by, child);
    CHECK(parents.code == errc::already_traced);
    CHECK(parents.other == leader(child));
    CHECK(childs.code == errc::already_traced);
    CHECK(childs.other == guest.leader());
}

}   // namespace attach_errors_tests
