// SPDX-License-Identifier: BSL-1.0
// Sessions by notification (seccomp's user notification): full record queues, limits, failed launches, and ends.
#include "support/attaching.hpp"
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/never_returning.hpp"
#include "support/notification.hpp"
#include "support/ready_guests.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>

#include <random>

namespace notify_end_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

std::error_code refusal(session_options options)
{
    std::error_code why;
    auto const before = children();   // this list may include a child that another test left behind
    run_for(live_limit, [&]() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto const got = co_await result_of(by.async_launch(program("hello"), options, use_tuple));
        if (!got)
            why = got.error().code;
        CHECK(children() == before);
    });
    return why;
}

}   // namespace

// Tests of sessions with a full record queue.

LIVE_TEST("a process traced by notification waits while the queue is full, and goes on when there is room", "[notify][overflow]")
{
    tracer by{co_await asio::this_coro::executor};
    auto options = by_notification("getppid");
    options.depth = 10;
    auto target = co_await launched(by, program("calls_then_opens"), options);
    co_await until([&] { return target.stats().records >= 10; });
    co_await until([&] { return target.stats().stops > 10; });   // a call waits for room in the queue
    CHECK(target.stats().records <= 11);
    auto const records = co_await drain(target);
    CHECK(entries(records, SYS_getppid).size() == 15000);
    CHECK(target.stats().lost == 0);
}

LIVE_TEST("a session by notification counts the records that its queue drops, in the statistics and in records_lost records",
          "[notify][overflow]")
{
    tracer by{co_await asio::this_coro::executor};
    auto options = by_notification("getppid");
    options.depth = 10;
    options.when_full = overflow::drop;
    auto target = co_await launched(by, program("calls_then_opens"), options);
    co_await until([&] { return !lives(target.root()); });
    (void)co_await target.async_wait();
    auto const records = co_await drain(target);
    std::uint64_t lost = 0;
    for (auto const& each : all<records_lost>(records))
        lost += each.what.count;
    CHECK(lost > 14000);
    CHECK(target.stats().lost == lost);
    CHECK(entries(records, SYS_getppid).size() <= 10);
}

LIVE_TEST("a process traced by notification that waits for room in the queue is killed when its session is destroyed",
          "[notify][overflow][end]")
{
    tracer by{co_await asio::this_coro::executor};
    auto options = by_notification("getppid");
    options.depth = 10;
    auto target = std::optional{co_await launched(by, program("calls_busily"), options)};
    auto const root = target->root();
    co_await until([&] { return target->stats().stops > 10; });
    target.reset();
    co_await until([&] { return !exists(root); });
}

// Tests of sessions that reach a limit.

LIVE_TEST("a session by notification with a limit of 500 records delivers 500 records, and then the end", "[notify][limits]")
{
    tracer by{co_await asio::this_coro::executor};
    auto options = by_notification("getppid");
    options.stop_after.records = 500;
    auto target = co_await launched(by, program("calls_busily"), options);
    auto const seen = co_await drain(target);
    CHECK(seen.size() == 501);
    auto const end = co_await target.async_wait();
    CHECK(end.killed);
    CHECK(end_of(seen, leader(target.root())).has_value());
}

TEST_CASE("a call does not run if a session by notification reaches its limit at the call's entry", "[notify][limits]")
{
    for (bool const asks : {false, true})
        run_for(live_limit, [&]() -> task<void> {
            auto options = by_notification("write");
            if (asks)
                options.interceptors.push_back(at_entry(SYS_write, proceed{}));
            options.stop_after.when = [](record const& each) { return std::holds_alternative<syscall_entered>(each.what); };
            auto const seen = co_await trace_of(program("hello"), options);
            CHECK(seen.output.empty());
            CHECK(entries(seen.records, SYS_write).size() == 1);
            CHECK(seen.end.killed);
        });
}

LIVE_TEST("a session by notification ends at its time limit", "[notify][limits]")
{
    tracer by{co_await asio::this_coro::executor};
    auto options = by_notification("openat");
    options.stop_after.time = 20ms;
    auto target = co_await launched(by, program("sleeps", "3600000"), options);
    (void)co_await drain(target);
    auto const end = co_await target.async_wait();
    CHECK(end.killed);
}

// Tests of ends of sessions, and of launches that fail.

TEST_CASE("a session by notification cannot detach: requests and options for a detach fail with errc::filtered",
          "[notify][detach]")
{
    auto const filtered = make_error_code(errc::filtered);
    CHECK(refusal([] {
              auto options = by_notification();
              options.at_end = ending::detach;
              return options;
          }())
          == filtered);
    CHECK(refusal([] {
              auto options = by_notification();
              options.outlive_tracer = true;
              return options;
          }())
          == filtered);
    run_for(live_limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto target = co_await launched(by, program("calls_busily"), by_notification("openat"));
        co_await check_cannot_detach(target);
        auto const over = target.kill();
        REQUIRE_FALSE(over);
        CHECK(over.error() == errc::session_ended);
    });
}

TEST_CASE("options that notification does not support are rejected with errc::not_by_notification", "[notify]")
{
    auto const unsupported = make_error_code(errc::not_by_notification);
    CHECK(refusal([] {
              auto options = by_notification();
              options.follow = false;
              return options;
          }())
          == unsupported);
    CHECK(refusal([] {
              auto options = by_notification();
              options.detach_at_exec = true;
              return options;
          }())
          == unsupported);
    CHECK(refusal([] {
              auto options = by_notification();
              options.system_times = true;
              return options;
          }())
          == unsupported);
    CHECK(refusal([] {
              auto options = by_notification();
              options.matching = call("openat").fails();
              return options;
          }())
          == unsupported);
    run_for(live_limit, [&]() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto const got = co_await result_of(by.async_attach(pid{1}, by_notification(), use_tuple));
        REQUIRE_FALSE(got);
        CHECK(got.error().code == unsupported);
    });
}

LIVE_TEST("a launch by notification that fails reports the reason, and leaves no process", "[notify][launch]")
{
    auto const before = children();
    tracer by{co_await asio::this_coro::executor};
    for (auto const* const calls : {"all", "getppid"}) {
        auto const gone = co_await result_of(by.async_launch(command_of("/no/such/program"), by_notification(calls), use_tuple));
        REQUIRE_FALSE(gone);
        CHECK(gone.error().message() == "execve /no/such/program: No such file or directory");
        auto misplaced = program("hello");
        misplaced.directory = "/no/such/directory";
        auto const lost = co_await result_of(by.async_launch(misplaced, by_notification(calls), use_tuple));
        REQUIRE_FALSE(lost);
        CHECK(lost.error().message() == "chdir: No such file or directory");
        CHECK(children() == before);
    }
    auto const seen = co_await trace_of(by, program("hello"), by_notification());
    CHECK(seen.output == "hello\n");
}

LIVE_TEST("a cancelled launch by notification leaves no process", "[notify][launch][cancellation]")
{
    auto const before = children();
    tracer by{co_await asio::this_coro::executor};
    auto const ex = co_await asio::this_coro::executor;
    for (int turns = 0; turns < 8; ++turns) {
        asio::cancellation_signal cancel;
        bool done = false;
        by.async_launch(quiet(program("calls_busily")), by_notification("getppid"),
                        asio::bind_cancellation_slot(cancel.slot(), [&](error_code, session got) {
                            done = true;
                            (void)got.kill();
                        }));
        for (int i = 0; i < turns; ++i)
            co_await asio::post(ex, asio::use_awaitable);
        cancel.emit(asio::cancellation_type::terminal);
        co_await until([&] { return done && children() == before; });
    }
}

LIVE_TEST("killing a session by notification ends all its processes", "[notify][end]")
{
    tracer by{co_await asio::this_coro::executor};
    conversation talk{co_await asio::this_coro::executor};
    // The last process of `orphans` was reparented, and waits in a call that the filter does not select.
    auto target = co_await launched(by, program("orphans"), talk, by_notification("getppid"));
    auto const line6 = co_await talk.line();
    CHECK(line6 == "the first ends");
    co_await until([&] { return !exists(target.root()); });
    CHECK(target.kill());
    co_await check_rest(talk, "");
    (void)co_await drain(target);
}

LIVE_TEST("killing a session by notification leaves no process, also if the processes keep forking", "[notify][end][follow]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("keeps_forking"), by_notification("getppid,execve"));
    std::vector<record> some;
    while (entries(some, SYS_execve).size() < 5)
        (void)co_await target.async_read(some);
    CHECK(target.kill());
    (void)co_await drain(target);   // `drain` returns when no process has the seccomp program any longer
    auto const end = co_await target.async_wait();
    CHECK(end.killed);
    CHECK(end.status == SIGKILL);
}

LIVE_TEST("sessions by notification that are destroyed at a random moment leave no process", "[notify][end]")
{
    std::mt19937 random{4711};
    auto const before = children();
    tracer by{co_await asio::this_coro::executor};
    asio::steady_timer pause{co_await asio::this_coro::executor};
    for (int turn = 0; turn < 60; ++turn) {
        auto options = by_notification(turn % 2 ? "getppid" : "all");
        options.depth = turn % 3 ? 4096 : 4;   // with a depth of 4, threads wait for room in the queue
        auto target = co_await launched(by, program("keeps_forking"), options);
        pause.expires_after(std::chrono::microseconds{random() % 4000});
        co_await pause.async_wait(asio::use_awaitable);
    }
    co_await until([&] { return children() == before; });
}

LIVE_TEST("the destruction of a tracer ends its sessions by notification and keeps their records", "[notify][end]")
{
    auto const before = children();
    std::optional<tracer> by{std::in_place, co_await asio::this_coro::executor};
    never_returning hanging;
    auto busy = co_await launched(*by, program("calls_busily"), by_notification("getppid"));
    auto asked = co_await launched(*by, program("asks_parent"), by_notification(hanging.about(SYS_getppid)));
    // With 4096 records, the queue of `busy` is full, and its process waits for room in the queue.
    co_await until([&] { return hanging.asked == 1 && busy.stats().records >= 4096; });
    by.reset();
    CHECK(children() == before);
    auto const records = co_await drain(busy);
    CHECK_FALSE(records.empty());
    CHECK(end_of(records, leader(busy.root())).value().killed);
    (void)co_await drain(asked);
    co_await until([&] { return hanging.gone == 1; });
    CHECK_FALSE(busy.kill());
}

TEST_CASE("a process launched by notification dies with its tracer", "[notify][death]")
{
    int ends[2];
    must(::pipe2(ends, O_CLOEXEC));
    unique_fd const from{ends[0]};
    unique_fd into{ends[1]};
    auto const status = in_a_process([&] {
        ends_within(live_limit, [&]() -> task<void> {
            tracer by{co_await asio::this_coro::executor};
            auto what = program("calls_busily");
            what.redirects.push_back({.to = 1, .from = into.get()});
            auto target = co_await by.async_launch(what, by_notification("openat"));
            auto const root = raw(target.root());
            must(::write(into.get(), &root, sizeof root));
            must(::kill(::getpid(), SIGKILL));
            (void)co_await drain(target);
        });
        return 1;
    });
    CHECK(status == SIGKILL);
    into = unique_fd{};
    std::string said;
    char bytes[64];
    // The loop ends when no process has the writing end of the pipe open.
    for (ssize_t got = 0; (got = must(::read(from.get(), bytes, sizeof bytes))) > 0;)
        said.append(bytes, static_cast<std::size_t>(got));
    CHECK(said.size() >= sizeof(int));
}

}   // namespace notify_end_tests
