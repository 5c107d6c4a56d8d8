// SPDX-License-Identifier: BSL-1.0
#include "support/attaching.hpp"
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/freezer.hpp"
#include "support/live_test.hpp"
#include "support/ready_guests.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace attach_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

LIVE_TEST("attaching traces every thread of a process", "[attach]")
{
    auto [guest, by, target] = co_await ready_attached(program("threads_wait", "5"));
    auto const threads = threads_of(guest.id());
    CHECK(threads.size() == 6);
    CHECK(std::ranges::all_of(threads, is_traced_here));
    guest.close_input();
    auto const seen = co_await drain(target);
    CHECK(all<thread_started>(seen).size() == 6);
    CHECK(all<thread_exited>(seen).size() == 6);
    co_await check_rest(guest, "joined 5\n");
}

LIVE_TEST("an attached thread is reported with the origin `attached` and without a parent", "[attach]")
{
    auto [guest, by, target] = co_await ready_attached(program("threads_wait", "2"));
    guest.close_input();
    for (auto const& each : all<thread_started>(co_await drain(target))) {
        CHECK(each.what.how == origin::attached);
        CHECK(each.what.parent == tid{});
    }
}

LIVE_TEST("threads that start during an attach are traced too", "[attach]")
{
    session_options options;
    options.filter = filter{"none"};
    auto [guest, by, target] = co_await ready_attached(program("grows_threads", "300"), options);
    co_await until([&] { return threads_of(guest.id()).size() == 302; });
    auto const threads = threads_of(guest.id());
    CHECK(std::ranges::all_of(threads, is_traced_here));
    guest.close_input();
    auto const seen = co_await drain(target);
    CHECK(all<thread_started>(seen).size() == 302);
    CHECK(all<thread_exited>(seen).size() == 302);
    co_await check_rest(guest, "grown\n");
}

LIVE_TEST_WITHIN(2 * live_limit,
                 "attaching to and detaching from a process that starts and ends threads all the time gives no error",
                 "[attach][detach]")
{
    auto guest = co_await ready_untraced(program("churns_threads"));
    tracer by{co_await asio::this_coro::executor};
    session_options options;
    options.filter = filter{"none"};
    for (int i = 0; i < 20; ++i) {
        auto target = co_await attached(by, guest.id(), options);
        CHECK(is_traced_here(guest.leader()));
        CHECK(target.detach());
        auto const seen = co_await drain(target);
        CHECK(count<trace_failed>(seen) == 0);
        CHECK(tracer_of(guest.leader()) == tid{});
    }
    guest.close_input();
    co_await check_rest(guest, "done\n");
}

LIVE_TEST("a parent does not notice that a tracer attaches to its child and detaches from it", "[attach][detach]")
{
    auto [guest, child] = co_await ready_untraced_with(program("watches_child"), "child ");
    tracer by{co_await asio::this_coro::executor};
    for (int i = 0; i < 10; ++i) {
        auto target = co_await attached(by, child);
        CHECK(target.detach());
        co_await drain(target);
    }
    guest.close_input();
    co_await check_rest(guest, "the child exited 7\n");
}

LIVE_TEST("a parent reaps its child although another process traces the child", "[attach][exit]")
{
    auto [guest, child] = co_await ready_untraced_with(program("watches_child"), "child ");
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await attached(by, child);
    guest.close_input();
    auto const seen = co_await drain(target);
    CHECK(end_of(seen, leader(child))->status == 7);
    co_await check_rest(guest, "the child exited 7\n");
}

LIVE_TEST("a read that is blocked at the attach goes on and is recorded with its result", "[attach]")
{
    auto [guest, by, target] = co_await ready_attached(program("reads_line"), 'S');
    // What a thread does between its PTRACE_SEIZE and its first stop is not recorded.
    co_await until([&] { return target.stats().stops > 0; });
    guest.tell("hello\n");
    auto const seen = co_await drain(target);
    auto const reads = calls(seen, SYS_read);
    REQUIRE(!reads.empty());
    CHECK(reads.back().what.outcome.value == 6);
    co_await check_rest(guest, "read 6 errno 0 hello\n\n");
}

LIVE_TEST("an attach does not change the length of a sleep that is under way", "[attach]")
{
    auto [guest, by, target] = co_await ready_attached(program("sleeps", "400"), 'S');
    co_await drain(target);
    co_await check_rest(guest, "slept 0 errno 0 whole\n");
}

LIVE_TEST("an attach to a process that makes no system calls succeeds", "[attach]")
{
    auto [guest, by, target] = co_await ready_attached(program("spins"));
    CHECK(is_traced_here(guest.leader()));
    guest.signal(SIGUSR1);
    auto const seen = co_await drain(target);
    CHECK(all<signal_received>(seen).size() == 1);
    co_await check_rest(guest, "spun until 10\n");
}

LIVE_TEST("one session attaches to several processes", "[attach]")
{
    auto one = co_await ready_untraced(program("reads_line"));
    auto other = co_await ready_untraced(program("threads_wait", "2"));
    tracer by{co_await asio::this_coro::executor};
    std::vector<pid> processes;
    processes.push_back(one.id());
    processes.push_back(other.id());
    auto target = co_await by.async_attach(processes);
    CHECK(target.root() == one.id());
    CHECK(target.stats().threads == 4);
    one.close_input();
    other.close_input();
    auto const seen = co_await drain(target);
    CHECK(end_of(seen, one.leader()).has_value());
    CHECK(end_of(seen, other.leader()).has_value());
}

LIVE_TEST("when the attach to one of several processes fails, no process stays attached", "[attach]")
{
    auto guest = co_await ready_untraced(program("reads_line"));
    tracer by{co_await asio::this_coro::executor};
    std::vector<pid> processes;
    processes.push_back(guest.id());
    processes.push_back(pid{::getpid()});
    auto const tried = co_await result_of(by.async_attach(processes, use_tuple));
    REQUIRE(tried.has_error());
    co_await until([&] { return tracer_of(guest.leader()) == tid{}; });
    guest.tell("hello\n");
    co_await check_rest(guest, "read 6 errno 0 hello\n\n");
}

LIVE_TEST("with `follow = false`, an attach traces only the thread with the given id", "[attach]")
{
    auto guest = co_await ready_untraced(program("threads_wait", "3"));
    auto const threads = threads_of(guest.id());
    REQUIRE(threads.size() == 4);
    auto const wanted = threads.back();
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await attached(by, pid{raw(wanted)}, without_following());
    CHECK(std::ranges::count_if(threads, is_traced_here) == 1);
    CHECK(is_traced_here(wanted));
    guest.close_input();
    auto const seen = co_await drain(target);
    CHECK(std::ranges::all_of(seen, [&](record const& each) { return each.thread == wanted; }));
    co_await check_rest(guest, "joined 3\n");
}

LIVE_TEST("a stopped process stays stopped after an attach, and goes on after SIGCONT", "[attach][signals]")
{
    auto [guest, by, target] = co_await ready_attached(program("stops_itself"), 'T');
    auto const before =
        co_await read_until(target, [](record const& each) { return std::holds_alternative<group_stopped>(each.what); });
    auto const stops = all<group_stopped>(before);
    REQUIRE(stops.size() == 1);
    CHECK(raw(stops[0].what.signal) == SIGSTOP);
    CHECK(state_of(guest.leader()) == 't');
    guest.signal(SIGCONT);
    co_await drain(target);
    co_await check_rest(guest, "went on\n");
}

LIVE_TEST("an attach to a process that waits for its vfork child and has a SIGSTOP pending does not hang", "[attach][signals]")
{
    auto const ex = co_await asio::this_coro::executor;
    auto [guest, waiting] = co_await ready_untraced_with(program("queues_stop"), "waiting ");
    tracer by{ex};
    // The attach may wait for the end of the vfork child, so it must not block this coroutine, which ends the child.
    std::optional<session> target;
    asio::co_spawn(
        ex, [&]() -> task<void> { target.emplace(co_await attached(by, waiting)); }, asio::detached);
    co_await until([&] { return is_traced_here(leader(waiting)); });
    guest.close_input();
    co_await until([&] { return target.has_value(); });
    auto const seen = co_await drain(*target);
    CHECK(end_of(seen, leader(waiting))->status == 5);
    co_await check_rest(guest, "the waiting stopped 19\nthe inner exited 0\nthe waiting exited 5\n");
}

LIVE_TEST("a cancelled attach fails and leaves the process untraced", "[attach]")
{
    auto [guest, waiting] = co_await ready_untraced_with(program("queues_stop"), "waiting ");
    tracer by{co_await asio::this_coro::executor};
    asio::cancellation_signal cancel;
    std::optional<error_code> got;
    // A process that waits for its vfork child does not stop, so the attach is not complete when the test cancels it.
    by.async_attach(waiting, {}, asio::bind_cancellation_slot(cancel.slot(), [&](error_code ec, session) { got = ec; }));
    co_await until([&] { return is_traced_here(leader(waiting)); });
    cancel.emit(asio::cancellation_type::terminal);
    guest.close_input();
    co_await until([&] { return got.has_value(); });
    CHECK(*got == asio::error::operation_aborted);
    CHECK_FALSE(is_traced_here(leader(waiting)));
    co_await check_rest(guest, "the waiting stopped 19\nthe inner exited 0\nthe waiting exited 5\n");
}

LIVE_TEST("an attach succeeds although the leader of the process has already exited", "[attach][exit]")
{
    auto [guest, by, target] = co_await ready_attached(program("leader_exits_first"), 'Z');
    guest.close_input();
    auto const seen = co_await drain(target);
    CHECK(count<thread_exited>(seen) >= 1);
    CHECK(count<trace_failed>(seen) == 0);
    co_await check_rest(guest, "the thread ends\n");
}

TEST_CASE("attaching to and detaching from a process that calls execve again and again gives no error", "[attach][exec]")
{
    // PTRACE_SEIZE may block in the kernel, where the time limit of an event loop has no effect. SIGALRM ends the child process.
    auto const status = in_a_process([] {
        ::alarm(100);
        int failures = 1;
        asio::io_context context{1};
        asio::co_spawn(
            context,
            [&]() -> task<void> {
                auto const ex = co_await asio::this_coro::executor;
                started guest{ex, program("execs_again", "300")};
                tracer by{ex};
                int attaches = 0, wrong = 0;
                while (lives(guest.id())) {
                    auto tried = co_await result_of(by.async_attach(guest.id(), use_tuple));
                    if (tried.has_error()) {
                        wrong += lives(guest.id());   // an error is allowed only if the process has ended
                        break;
                    }
                    ++attaches;
                    auto target = std::move(tried).value();
                    (void)target.detach();
                    auto const seen = co_await drain(target);
                    wrong += count<trace_failed>(seen) != 0;
                }
                auto const said = co_await guest.rest();
                failures = wrong + (attaches == 0) + (said != "done\n");
            },
            asio::detached);
        context.run();
        return failures;
    });
    CHECK(status == 0);
}

LIVE_TEST_WITHIN(2 * live_limit, "an attach to a process that is just ending reports its end or an error, and does not hang",
                 "[attach][exit]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    int wrong = 0;
    for (int i = 0; i < 100; ++i) {
        started guest{ex, i % 2 ? program("threads_many", "8") : program("hello")};
        auto tried = co_await result_of(by.async_attach(guest.id(), use_tuple));
        if (tried.has_error()) {
            wrong += lives(guest.id());
            continue;
        }
        auto const seen = co_await drain(tried.value());
        wrong += count<trace_failed>(seen) != 0;
        wrong += !end_of(seen, guest.leader()).has_value();
    }
    CHECK(wrong == 0);
}

LIVE_TEST_WITHIN(2 * live_limit, "an attach succeeds although the leader of the process exits during the attach",
                 "[attach][exit]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    for (int i = 0; i < 50; ++i) {
        auto guest = co_await ready_untraced(program("leader_exits_first"));
        auto target = co_await attached(by, guest.id());
        guest.close_input();
        auto const seen = co_await drain(target);
        auto const said = co_await guest.rest();
        CHECK(count<trace_failed>(seen) == 0);
        CHECK(said == "the thread ends\n");
    }
}

LIVE_TEST_WITHIN(2 * live_limit, "an attach succeeds although each thread of the process creates the next thread and exits",
                 "[attach][exit]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    for (int i = 0; i < 20; ++i) {
        auto guest = co_await ready_untraced(program("threads_follow_each_other"));
        auto target = co_await attached(by, guest.id());
        (void)target.kill();
        auto const seen = co_await drain(target);
        CHECK(count<trace_failed>(seen) == 0);
    }
}

LIVE_TEST("an attached process is traced through all its execs", "[attach][exec]")
{
    auto const ex = co_await asio::this_coro::executor;
    started guest{ex, program("execs_again", "100")};
    tracer by{ex};
    session_options options;
    options.filter = filter{"none"};
    auto target = co_await attached(by, guest.id(), options);
    auto const seen = co_await drain(target);
    CHECK(count<trace_failed>(seen) == 0);
    CHECK(end_of(seen, guest.leader())->status == 0);
    co_await check_rest(guest, "done\n");
}

LIVE_TEST("the host can still wait for its own child after an attach to the child", "[attach][waiting]")
{
    auto [guest, by, target] = co_await ready_attached(program("reads_line"));
    guest.close_input();
    co_await drain(target);
    auto const status = co_await guest.status();
    REQUIRE(status.has_value());
    CHECK(*status == 0);
}

LIVE_TEST("an attach to a process in a frozen cgroup does not hang, and the process goes on after the thaw", "[attach]")
{
    freezer const cold{2};
    if (!cold.there()) {
        WARN("not checked: no cgroup of version 2 that the test may freeze");
        co_return;
    }
    auto const ex = co_await asio::this_coro::executor;
    auto guest = co_await ready_untraced(program("reads_line"));
    cold.add(guest.id());
    cold.freeze();
    co_await until([&] { return cold.frozen(); });
    tracer by{ex};
    std::optional<session> target;
    asio::co_spawn(
        ex, [&]() -> task<void> { target.emplace(co_await attached(by, guest.id())); }, asio::detached);
    co_await until([&] { return is_traced_here(guest.leader()); });
    cold.thaw();
    co_await until([&] { return target.has_value(); });
    guest.tell("hello\n");
    co_await drain(*target);
    co_await check_rest(guest, "read 6 errno 0 hello\n\n");
}

}   // namespace attach_tests
