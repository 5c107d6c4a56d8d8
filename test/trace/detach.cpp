// SPDX-License-Identifier: BSL-1.0
// Detaching: in whatever state a thread is detached, it continues as if it had never been traced.
#include "support/attaching.hpp"
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/freezer.hpp"
#include "support/live_test.hpp"
#include "support/ready_guests.hpp"

namespace detach_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// Detaches, reads the remaining records, and checks that no thread of the process is traced any longer.
task<std::vector<record>> let_go(session& target, pid process)
{
    auto const asked = target.detach();
    CHECK(asked.has_value());
    auto rest = co_await drain(target);
    for (tid const each : threads_of(process))
        CHECK(tracer_of(each) == tid{});
    for (auto const& each : all<trace_failed>(rest))
        FAIL_CHECK(each.what.what.message());
    co_return rest;
}

/// Options that hold a thread of the guest `calls_busily` at the entry of getppid(2) until the detach.
session_options holding(std::shared_ptr<bool> held)
{
    auto keeper = std::make_shared<scripted>(SYS_getppid);
    keeper->entry = [held](intercepted, syscall_call const&) -> task<verdict> {
        *held = true;
        asio::steady_timer never{co_await asio::this_coro::executor, 1h};
        co_await never.async_wait(asio::use_awaitable);
        co_return proceed{};
    };
    return with(std::move(keeper));
}

}   // namespace

LIVE_TEST("a running thread goes on after a detach", "[detach]")
{
    auto [guest, by, target] = co_await ready_attached(program("spins"));
    co_await let_go(target, guest.id());
    guest.signal(SIGUSR1);
    co_await check_rest(guest, "spun until 10\n");
}

LIVE_TEST("a thread that makes system calls all the time goes on after a detach, and none of its calls fails", "[detach]")
{
    auto guest = co_await ready_untraced(program("calls_busily"));
    tracer by{co_await asio::this_coro::executor};
    for (int i = 0; i < 30; ++i) {
        auto target = co_await attached(by, guest.id());
        co_await read_until(target, [](record const& each) { return std::holds_alternative<syscall_exited>(each.what); });
        co_await let_go(target, guest.id());
    }
    guest.signal(SIGUSR1);
    co_await check_rest(guest, "wrong 0\n");
}

LIVE_TEST("a thread that is blocked in a read goes on reading after a detach", "[detach]")
{
    auto [guest, by, target] = co_await ready_attached(program("reads_line"), 'S');
    co_await let_go(target, guest.id());
    guest.tell("hello\n");
    co_await check_rest(guest, "read 6 errno 0 hello\n\n");
}

LIVE_TEST("after a detach, a call goes on with its original arguments although an interceptor has changed them",
          "[detach][intercept]")
{
    auto guest = co_await ready_untraced(program("reads_line"), 'S');
    tracer by{co_await asio::this_coro::executor};
    bool asked = false;
    auto shorten = std::make_shared<scripted>(SYS_read);
    shorten->entry = [&](intercepted, syscall_call const& call) -> task<verdict> {
        asked = true;
        auto args = call.args;
        args[2] = 1;
        co_return change_arguments{args};
    };
    auto target = co_await attached(by, guest.id(), with(std::move(shorten)));
    co_await until([&] { return asked && state_of(guest.leader()) == 'S'; });
    co_await let_go(target, guest.id());
    guest.tell("hello\n");
    co_await check_rest(guest, "read 6 errno 0 hello\n\n");
}

TEST_CASE("a child that a thread creates with CLONE_PTRACE during an attach to that thread is detached too", "[detach][attach]")
{
    auto const side = GENERATE(waiting::automatic, waiting::signalfd);
    auto const options = GENERATE(session_options{}, without_following());
    run_for(live_limit, [=]() -> task<void> {
        auto guest = co_await ready_untraced(program("clones_with_tracer_busily"));
        tracer by{co_await asio::this_coro::executor, side};
        for (int i = 0; i < (short_form() ? 30 : 300); ++i) {
            auto target = co_await attached(by, guest.id(), options);
            co_await let_go(target, guest.id());
        }
        guest.signal(SIGUSR1);
        co_await check_rest(guest, "wrong 0\n");
    });
}

LIVE_TEST("a detach does not change the length of a sleep that is under way", "[detach]")
{
    auto [guest, by, target] = co_await ready_attached(program("sleeps", "500"));
    co_await until([&] { return state_of(guest.leader()) == 'S'; });
    co_await let_go(target, guest.id());
    co_await check_rest(guest, "slept 0 errno 0 whole\n");
}

LIVE_TEST("a thread that is held because the record queue is full goes on after a detach", "[detach][sessions]")
{
    session_options options;
    options.depth = 2;
    auto [guest, by, target] = co_await ready_attached(program("calls_busily"), options);
    co_await until([&] { return state_of(guest.leader()) == 't' && target.stats().records >= 2; });
    co_await let_go(target, guest.id());
    guest.signal(SIGUSR1);
    co_await check_rest(guest, "wrong 0\n");
}

LIVE_TEST("a stopped process stays stopped after a detach, and goes on after SIGCONT", "[detach][signals]")
{
    auto const ex = co_await asio::this_coro::executor;
    started guest{ex, program("stops_itself")};
    tracer by{ex};
    auto target = co_await attached(by, guest.id());
    co_await read_until(target, [](record const& each) { return std::holds_alternative<group_stopped>(each.what); });
    co_await let_go(target, guest.id());
    // A detach wakes the thread, which then stops again.
    co_await until([&] { return state_of(guest.leader()) == 'T'; });
    guest.signal(SIGCONT);
    co_await check_rest(guest, "ready\nwent on\n");
}

LIVE_TEST("a process that was stopped before the attach is stopped after the detach", "[detach][signals]")
{
    auto [guest, by, target] = co_await ready_attached(program("stops_itself"), 'T');
    co_await let_go(target, guest.id());
    // A detach wakes the thread, which then stops again.
    co_await until([&] { return state_of(guest.leader()) == 'T'; });
    guest.signal(SIGCONT);
    co_await check_rest(guest, "went on\n");
}

TEST_CASE("after a detach a session ends although its process is in a frozen cgroup, and the process goes on after the thaw",
          "[detach]")
{
    auto const version = GENERATE(1, 2);
    freezer const cold{version};
    if (!cold.there()) {
        WARN("not checked: no cgroup of version " << version << " that the test may freeze");
        return;
    }
    run_for(live_limit, [&]() -> task<void> {
        auto [guest, by, target] = co_await ready_attached(program("reads_line"));
        cold.add(guest.id());
        cold.freeze();
        co_await until([&] { return cold.frozen(); });
        CHECK(target.detach());
        co_await drain(target);
        cold.thaw();
        guest.tell("hello\n");
        co_await check_rest(guest, "read 6 errno 0 hello\n\n");
    });
}

LIVE_TEST("after a detach a session ends although its records are not read", "[detach][sessions]")
{
    session_options options;
    options.depth = 2;
    auto [guest, by, target] = co_await ready_attached(program("calls_busily"), options);
    co_await until([&] { return state_of(guest.leader()) == 't' && target.stats().records >= 2; });
    CHECK(target.detach());
    co_await target.async_wait();
    CHECK(tracer_of(guest.leader()) == tid{});
    guest.signal(SIGUSR1);
    co_await check_rest(guest, "wrong 0\n");
    auto const records = co_await drain(target);
    CHECK(count<detached>(records) == 1);
}

LIVE_TEST("every thread of a process goes on after a detach", "[detach][threads]")
{
    auto [guest, by, target] = co_await ready_attached(program("threads_wait", "100"));
    auto const rest = co_await let_go(target, guest.id());
    CHECK(count<detached>(rest) == 101);
    guest.close_input();
    co_await check_rest(guest, "joined 100\n");
}

LIVE_TEST("after a detach the records of a session end with a detached record for each thread", "[detach][sessions]")
{
    auto [guest, by, target] = co_await ready_attached(program("reads_line"));
    auto const rest = co_await let_go(target, guest.id());
    REQUIRE(!rest.empty());
    CHECK(std::holds_alternative<detached>(rest.back().what));
    CHECK(rest.back().thread == guest.leader());
}

LIVE_TEST("a launched process goes on after a detach", "[detach][sessions]")
{
    auto [by, talk, target] = co_await ready_launched(program("reads_line"));
    co_await let_go(target, target.root());
    talk.tell("hello\n");
    co_await check_rest(talk, "read 6 errno 0 hello\n\n");
}

LIVE_TEST("the host can wait for a launched process after a detach", "[detach][waiting]")
{
    auto [by, talk, target] = co_await ready_launched(program("reads_line"));
    co_await let_go(target, target.root());
    talk.close_input();
    int status = -1;
    co_await until([&] { return ::waitpid(raw(target.root()), &status, WNOHANG) != 0; });
    CHECK(status == 0);
}

LIVE_TEST("with reap_detached = false, the host can reap a detached process itself, although the tracer traces another process",
          "[detach][waiting]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    conversation talk{ex}, other_talk{ex};
    auto other = co_await launched(by, program("reads_line"), other_talk);
    session_options options;
    options.reap_detached = false;
    auto target = co_await launched(by, program("reads_line"), talk, options);
    auto const line = co_await talk.line();
    CHECK(line == "ready");
    co_await let_go(target, target.root());
    ::kill(raw(target.root()), SIGKILL);
    auto const other_line = co_await other_talk.line();
    CHECK(other_line == "ready");
    other_talk.close_input();
    co_await drain(other);
    int status = -1;
    CHECK(::waitpid(raw(target.root()), &status, 0) == raw(target.root()));
    CHECK(status == SIGKILL);
}

LIVE_TEST("a signal that arrives during a detach is delivered", "[detach][signals]")
{
    for (int i = 0; i < 20; ++i) {
        auto [guest, by, target] = co_await ready_attached(program("spins"));
        guest.signal(SIGUSR1);
        co_await let_go(target, guest.id());
        co_await check_rest(guest, "spun until 10\n");
    }
}

// PTRACE_DETACH fails for a thread that was killed. That thread is still traced, and makes a PTRACE_EVENT_EXIT stop.
LIVE_TEST("when a process is killed just before a detach, the process and the session end", "[detach][exit]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    // The test is repeated, because the process may reach its PTRACE_EVENT_EXIT stop before or after the detach.
    for (int i = 0; i < (short_form() ? 10 : 50); ++i) {
        auto const held = std::make_shared<bool>(false);
        auto const options = holding(held);
        auto child = co_await launched(by, program("calls_busily"), options);
        co_await until([&] { return *held; });
        ::kill(raw(child.root()), SIGKILL);
        CHECK(child.detach());
        co_await drain(child);
        // waitpid(2) reaps the child, or fails because the tracer has reaped it.
        co_await until([&] { return ::waitpid(raw(child.root()), nullptr, WNOHANG) != 0; });

        *held = false;
        auto guest = co_await ready_untraced(program("calls_busily"));
        auto target = co_await attached(by, guest.id(), options);
        co_await until([&] { return *held; });
        guest.signal(SIGKILL);
        CHECK(target.detach());
        auto const rest = co_await drain(target);
        for (auto const& each : all<trace_failed>(rest))
            FAIL_CHECK(each.what.what.message());
        auto const status = co_await guest.status();
        CHECK(status.value_or(-1) == SIGKILL);
    }
}

LIVE_TEST("a detach from a process succeeds although its leader has exited", "[detach][exit]")
{
    auto [guest, by, target] = co_await ready_attached(program("leader_exits_first"));
    co_await until([&] { return state_of(guest.leader()) == 'Z'; });
    CHECK(target.detach());
    co_await until([&] {
        auto const threads = threads_of(guest.id());
        return std::ranges::all_of(threads, [&](tid each) { return each == guest.leader() || tracer_of(each) == tid{}; });
    });
    guest.close_input();
    co_await check_rest(guest, "the thread ends\n");
    co_await drain(target);
}

LIVE_TEST("a detach from a process that keeps forking also detaches its children", "[detach][follow]")
{
    auto const ex = co_await asio::this_coro::executor;
    started guest{ex, program("forks_many", "2000", "8")};
    tracer by{ex};
    session_options options;
    options.filter = filter{"none"};
    auto target = co_await attached(by, guest.id(), options);
    std::size_t children_seen = 0;
    co_await read_until(target, [&](record const& each) {
        children_seen += std::holds_alternative<thread_started>(each.what);
        return children_seen >= 20;
    });
    CHECK(target.detach());
    co_await drain(target);
    CHECK(tracer_of(guest.leader()) == tid{});
    auto const said = co_await guest.rest();
    CHECK(said.starts_with("ended 2000 "));
}

LIVE_TEST("a detach after the end of the session fails with session_ended", "[detach]")
{
    auto [guest, by, target] = co_await ready_attached(program("reads_line"));
    co_await let_go(target, guest.id());
    auto const again = target.detach();
    REQUIRE(again.has_error());
    CHECK(again.error() == errc::session_ended);
}

LIVE_TEST("a tracer can attach to a process again after a detach", "[detach][attach]")
{
    auto guest = co_await ready_untraced(program("threads_wait", "4"));
    tracer by{co_await asio::this_coro::executor};
    for (int i = 0; i < (short_form() ? 10 : 50); ++i) {
        auto target = co_await attached(by, guest.id());
        CHECK(target.stats().threads == 5);
        co_await let_go(target, guest.id());
    }
    guest.close_input();
    co_await check_rest(guest, "joined 4\n");
}

}   // namespace detach_tests
