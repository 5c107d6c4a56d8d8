// SPDX-License-Identifier: BSL-1.0
// Sessions with limits, operations that are raced with timers, and statistics.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/races.hpp"
#include "support/ready_guests.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <atomic>
#include <thread>

namespace limits_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

namespace {

session_options limited(limits to, std::optional<ending> at_end = {})
{
    session_options options;
    options.stop_after = std::move(to);
    options.at_end = at_end;
    return options;
}

bool is_entry(record const& each, long number)
{
    auto const* entered = std::get_if<syscall_entered>(&each.what);
    return entered && entered->call->number == static_cast<std::uint64_t>(number);
}

bool is_end(record const& each)
{
    return std::holds_alternative<thread_exited>(each.what) || std::holds_alternative<detached>(each.what);
}

}   // namespace

LIVE_TEST("a session with a limit of 500 records delivers 500 records, and then the end of the thread", "[limits]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("calls_busily"), limited(limits{}.with_records(500)));
    auto const seen = co_await drain(target);
    REQUIRE(seen.size() == 501);
    CHECK(std::ranges::none_of(seen.begin(), seen.begin() + 500, is_end));
    auto const end = co_await target.async_wait();
    CHECK(end.status == SIGKILL);
    CHECK(target.stats().limit_reached);
    CHECK(end_of(seen, leader(target.root())).has_value());
}

LIVE_TEST("after its limit a session records the end of each thread and nothing else", "[limits][threads]")
{
    tracer by{co_await asio::this_coro::executor};
    for (int i = 0; i < 10; ++i) {
        auto target = co_await launched(by, program("keeps_forking"), limited(limits{}.with_records(300)));
        auto const seen = co_await drain(target);
        REQUIRE(seen.size() > 300);
        CHECK(std::all_of(seen.begin() + 300, seen.end(), is_end));
        CHECK(count<trace_failed>(seen) == 0);
    }
}

LIVE_TEST("a limit of records does not cut off the records of the launch", "[limits]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("calls_busily"), limited(limits{}.with_records(1)));
    auto const seen = co_await drain(target);
    CHECK(count<image_replaced>(seen) == 1);
    CHECK(std::holds_alternative<thread_exited>(seen.back().what));
    CHECK(seen.size() <= 6);   // these are the start, the records of execve(2), at most one more record, and the end
}

LIVE_TEST("a session detaches from attached processes at its limit, and the processes go on", "[limits][attach]")
{
    auto [guest, by, target] = co_await ready_attached(program("calls_busily"), limited(limits{}.with_records(100)));
    auto const seen = co_await drain(target);
    REQUIRE(seen.size() == 101);
    CHECK(std::holds_alternative<detached>(seen.back().what));
    CHECK(target.stats().limit_reached);
    CHECK(tracer_of(guest.leader()) == tid{});
    guest.signal(SIGUSR1);
    co_await check_rest(guest, "wrong 0\n");
}

LIVE_TEST("all threads are detached at a limit, also threads that sleep", "[limits][attach][threads]")
{
    auto guest = co_await ready_untraced(program("threads_wait", "5"));
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_attach(guest.id(), limited(limits{}.with_records(6)));   // the 6 threads have 6 start records
    auto const seen = co_await drain(target);
    CHECK(count<thread_started>(seen) == 6);
    CHECK(count<detached>(seen) == 6);
    CHECK(seen.size() == 12);
    guest.close_input();
    co_await check_rest(guest, "joined 5\n");
}

LIVE_TEST("a session ends at the first record that a predicate selects; if the record is an entry, the call does not run",
          "[limits]")
{
    tracer by{co_await asio::this_coro::executor};
    auto const seen = co_await trace_of(
        by, program("hello"), limited(limits{}.with_predicate([](record const& each) { return is_entry(each, SYS_write); })));
    CHECK(seen.output.empty());
    REQUIRE(seen.records.size() > 2);
    CHECK(is_entry(seen.records[seen.records.size() - 2], SYS_write));
    CHECK(std::holds_alternative<thread_exited>(seen.records.back().what));
    CHECK(seen.end.status == SIGKILL);
}

LIVE_TEST("if a session detaches at the entry that a predicate selects, the call runs", "[limits]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    conversation talk{ex};
    auto const at_write = [](record const& each) { return is_entry(each, SYS_write); };
    auto target = co_await launched(by, program("hello"), talk, limited(limits{}.with_predicate(at_write), ending::detach));
    auto const seen = co_await drain(target);
    REQUIRE(seen.size() > 2);
    CHECK(is_entry(seen[seen.size() - 2], SYS_write));
    CHECK(std::holds_alternative<detached>(seen.back().what));
    co_await check_rest(talk, "hello\n");
    co_await until([&] { return ::waitpid(raw(target.root()), nullptr, WNOHANG) != 0; });
}

LIVE_TEST("a predicate that throws ends the session, and the session records the failure", "[limits]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target =
        co_await launched(by, program("calls_busily"),
                          limited(limits{}.with_predicate([](record const&) -> bool { throw std::runtime_error{"no idea"}; })));
    auto const seen = co_await drain(target);
    auto const failed = all<trace_failed>(seen);
    REQUIRE(failed.size() == 1);
    CHECK(failed[0].what.what.operation == "no idea");
    CHECK(std::holds_alternative<thread_exited>(seen.back().what));
}

LIVE_TEST("a session ends at its limit of bytes", "[limits]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("calls_busily"), limited(limits{}.with_bytes(100'000)));
    auto const seen = co_await drain(target);
    CHECK(target.stats().bytes >= 100'000);
    CHECK(target.stats().bytes < 110'000);
    CHECK(seen.size() > 50);
    CHECK(std::holds_alternative<thread_exited>(seen.back().what));
}

LIVE_TEST("a session ends at its time limit, whether its processes make calls or not", "[limits]")
{
    tracer by{co_await asio::this_coro::executor};
    for (char const* guest : {"spins", "calls_busily", "reads_line"}) {
        INFO(guest);
        int input[2];
        must(::pipe2(input, O_CLOEXEC));
        unique_fd const far{input[0]}, near{input[1]};
        auto what = quiet(program(guest));
        what.redirects.push_back({.to = 0, .from = far.get()});
        auto options = limited(limits{}.with_time(20ms));
        options.when_full = overflow::drop;   // calls_busily makes many records, which no consumer reads
        auto const began = std::chrono::steady_clock::now();
        auto target = co_await by.async_launch(what, options);
        auto const end = co_await target.async_wait();
        CHECK(std::chrono::steady_clock::now() - began >= 20ms);
        CHECK(end.status == SIGKILL);
        CHECK(target.stats().limit_reached);
        auto const seen = co_await drain(target);
        CHECK(std::holds_alternative<thread_exited>(seen.back().what));
    }
}

LIVE_TEST("a session that ends before its time limit leaves no timer behind", "[limits]")
{
    auto const seen = co_await trace_of(program("exits", "3"), limited(limits{}.with_time(1h)));
    CHECK(seen.end.status == 3);
    // If the session had left a timer, the context would still have work, and this test would run until `live_limit`.
}

LIVE_TEST("limits that are not reached change nothing", "[limits]")
{
    auto const seen = co_await trace_of(
        program("forks"),
        limited(limits{}.with_records(1'000'000).with_bytes(1'000'000'000).with_time(1h).with_predicate([](record const&) {
            return false;
        })));
    CHECK(seen.end.status == 1);
    CHECK_FALSE(seen.stats.limit_reached);
    CHECK(count<thread_exited>(seen.records) == 3);
}

LIVE_TEST("every operation of a session can be raced with a timer", "[limits][cancellation]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    session_options options;
    options.filter = filter{"none"};
    auto target = co_await launched(by, program("spins"), options);
    while (target.try_next()) {
    }
    co_await check_races_with_timer(target);
}

LIVE_TEST("a launch and an attach that a timer cancels leave no process traced", "[limits][cancellation]")
{
    auto const before = children();
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    for (int i = 0; i < 20; ++i) {
        asio::steady_timer timer{ex, i * 100us};
        auto what = quiet(program("spins"));
        session_options options;
        auto got = co_await (by.async_launch(what, options, asio::use_awaitable) || timer.async_wait(asio::use_awaitable));
        CHECK((got.index() == 1 || std::get<0>(got).root() != pid{}));
    }
    auto sleeper = co_await ready_untraced(program("threads_wait", "3"));
    for (int i = 0; i < 20; ++i) {
        asio::steady_timer timer{ex, i * 50us};
        session_options options;
        auto got =
            co_await (by.async_attach(sleeper.id(), options, asio::use_awaitable) || timer.async_wait(asio::use_awaitable));
        CHECK((got.index() == 1 || std::get<0>(got).root() != pid{}));
        got = decltype(got){std::in_place_index<1>};
        co_await until(
            [&] { return std::ranges::all_of(threads_of(sleeper.id()), [](tid each) { return tracer_of(each) == tid{}; }); });
    }
    sleeper.close_input();
    co_await check_rest(sleeper, "joined 3\n");
    auto const status = co_await sleeper.status();
    CHECK(status == std::optional{0});
    co_await until([&] { return children() == before; });
}

LIVE_TEST("the stopped times of a thread and of a session include the stop in progress", "[limits][statistics]")
{
    auto const ex = co_await asio::this_coro::executor;
    auto slow = std::make_shared<scripted>(SYS_getppid);
    bool asked = false, enough = false;
    slow->entry = [&](intercepted, syscall_call const&) -> task<verdict> {
        asked = true;
        co_await until([&] { return enough; });
        co_return proceed{};
    };
    tracer by{ex};
    auto target = co_await launched(by, program("asks_parent"), with(slow));
    co_await until([&] { return asked; });
    co_await until([&] {
        auto const now = target.thread_stats();
        return now.size() == 1 && now[0].thread == leader(target.root()) && now[0].stopped >= 20ms;
    });
    CHECK(target.stats().stopped >= 20ms);   // the stop is still in progress
    enough = true;
    auto const seen = co_await drain(target);
    CHECK(target.stats().stopped >= 20ms);
    CHECK(target.stats().stopped < live_limit);
    CHECK(target.thread_stats().empty());
    CHECK(target.stats().bytes >= seen.size() * sizeof(record));
}

LIVE_TEST("each traced thread has its own statistics", "[limits][statistics][threads]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    conversation talk{ex};
    auto target = co_await launched(by, program("threads_wait", "4"), talk);
    co_await talk.line();
    auto const now = target.thread_stats();
    CHECK(now.size() == 5);
    std::uint64_t stops = 0;
    for (auto const& each : now) {
        CHECK(each.stops > 0);
        stops += each.stops;
    }
    CHECK(stops == target.stats().stops);
    talk.close_input();
    co_await drain(target);
    CHECK(target.thread_stats().empty());
}

LIVE_TEST("another thread can read the statistics while the event loop runs", "[limits][statistics]")
{
    tracer by{co_await asio::this_coro::executor};
    session_options options;
    options.when_full = overflow::drop;
    options.depth = 8;
    auto target = co_await launched(by, program("churns_threads"), options);
    std::atomic<bool> over = false;
    std::atomic<int> backwards = 0, reads = 0;
    std::thread reader{[&] {
        for (statistics last; !over; ++reads) {
            auto const now = target.stats();
            backwards += now.stops < last.stops || now.lost < last.lost || now.stopped < last.stopped;
            last = now;
            (void)target.thread_stats();
        }
    }};
    co_await target.async_wait();
    co_await until([&] { return reads > 0; });   // the process may end before the thread `reader` has read the statistics once
    over = true;
    reader.join();
    CHECK(backwards == 0);
    CHECK(target.thread_stats().empty());
}

}   // namespace limits_tests
