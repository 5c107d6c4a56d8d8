// SPDX-License-Identifier: BSL-1.0
// Sessions: the record stream and its overflow policies, cancellation, filters and statistics.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/normalise.hpp"
#include "support/ready_guests.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>

#include <map>

namespace sessions_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// Calls `async_next` once, and cancels it from a posted handler. The operation may still complete with a record.
task<std::optional<record>> cancelled_next(session& from, asio::cancellation_type how)
{
    asio::cancellation_signal cancel;
    asio::post(co_await asio::this_coro::executor, [&] { cancel.emit(how); });
    auto [ec, got] = co_await from.async_next(asio::bind_cancellation_slot(cancel.slot(), use_tuple));
    CHECK((!ec || ec == asio::error::operation_aborted));
    co_return ec ? std::nullopt : std::move(got);
}

/// Launches a guest with a queue of 32 records that drops records, and waits until more than 1000 records are lost.
task<session> launched_with_lost_records(tracer& by)
{
    session_options options;
    options.depth = 32;
    options.when_full = overflow::drop;
    auto target = co_await launched(by, program("calls_busily"), options);
    co_await until([&] { return target.stats().lost > 1000; });
    co_return target;
}

/// Checks that the exit of each call comes before the next entry of the same thread.
void check_complete(std::vector<record> const& records)
{
    std::map<tid, std::shared_ptr<syscall_call const>> open;
    int broken = 0;
    for (auto const& each : records) {
        if (auto const* entered = std::get_if<syscall_entered>(&each.what)) {
            broken += open[each.thread] != nullptr;
            open[each.thread] = entered->call;
        } else if (auto const* left = std::get_if<syscall_exited>(&each.what)) {
            broken += !open[each.thread] || open[each.thread]->number != left->call->number;
            open[each.thread] = nullptr;
        }
    }
    CHECK(broken == 0);
}

}   // namespace

LIVE_TEST("a queue of one record that is read slowly loses nothing", "[sessions][section1]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    session_options options;
    options.depth = 1;
    auto target = co_await launched(by, program("two_threads_call"), options);
    std::vector<record> seen;
    while (auto next = co_await target.async_next()) {
        seen.push_back(std::move(*next));
        co_await asio::post(ex, asio::use_awaitable);
    }
    check_complete(seen);
    CHECK(calls(seen, SYS_getuid).size() == 100);
    CHECK(calls(seen, SYS_getppid).size() == 1);
    CHECK(count<records_lost>(seen) == 0);
    CHECK(target.stats().lost == 0);
    CHECK(target.stats().records == seen.size());
}

LIVE_TEST("a process does not run while the record queue of its session is full", "[sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    session_options options;
    options.depth = 16;
    auto target = co_await launched(by, program("calls_busily"), options);
    auto const root = leader(target.root());
    co_await until([&] { return state_of(root) == 't' && target.stats().records >= 16; });
    auto const then = target.stats().records;
    // All records of one stop are queued, also if the queue then has more records than its depth.
    CHECK(then <= 16 + 4);
    for (int i = 0; i < 100; ++i)
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    CHECK(target.stats().records == then);
}

LIVE_TEST("a process that is held because the record queue is full goes on when the queue has room", "[sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    session_options options;
    options.depth = 4;
    auto target = co_await launched(by, program("forks_many", "20", "4"), options);
    co_await until([&] { return state_of(leader(target.root())) == 't' && target.stats().records >= 4; });
    auto const seen = co_await drain(target);
    CHECK(count<thread_exited>(seen) == 21);
    check_complete(seen);
}

LIVE_TEST("a queue that drops records counts them, in the statistics and in records_lost records", "[sessions][section1]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched_with_lost_records(by);
    must(::kill(raw(target.root()), SIGUSR1));
    auto const seen = co_await drain(target);
    std::uint64_t told = 0;
    for (auto const& each : all<records_lost>(seen))
        told += each.what.count;
    CHECK(told > 1000);
    CHECK(told == target.stats().lost);
    CHECK(target.stats().records + count<records_lost>(seen) == seen.size());
}

LIVE_TEST("a queue that drops records does not exceed its depth", "[sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched_with_lost_records(by);
    std::size_t held = 0;
    while (target.try_next())
        ++held;
    CHECK(target.channel().counts().highest == 32);
    CHECK(held >= 32);
}

LIVE_TEST("a full queue that drops records never holds a process", "[sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    session_options options;
    options.depth = 1;
    options.when_full = overflow::drop;
    auto target = co_await launched(by, program("forks_many", "50", "8"), options);
    // The process ends although no consumer reads records.
    auto const end = co_await target.async_wait();
    CHECK(end.status == 0);
    CHECK(end.known);
}

LIVE_TEST("a cancelled async_next loses no record", "[sessions][cancellation]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("two_threads_call"));
    std::vector<record> seen;
    asio::cancellation_type const kinds[] = {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                                             asio::cancellation_type::total};
    for (int i = 0;; ++i) {
        if (auto got = co_await cancelled_next(target, kinds[i % 3]))
            seen.push_back(std::move(*got));
        auto next = co_await target.async_next();
        if (!next)
            break;
        seen.push_back(std::move(*next));
    }
    check_complete(seen);
    CHECK(calls(seen, SYS_getuid).size() == 100);
    CHECK(target.stats().records == seen.size());
}

LIVE_TEST("an async_next that waits for a record can be cancelled", "[sessions][cancellation]")
{
    tracer by{co_await asio::this_coro::executor};
    session_options options;
    options.filter = filter{"none"};
    auto target = co_await launched(by, program("spins"), options);
    co_await until([&] { return state_of(leader(target.root())) == 'R'; });
    while (target.try_next()) {
    }
    auto const next = co_await cancelled_next(target, asio::cancellation_type::terminal);
    CHECK(!next);
}

LIVE_TEST("a cancelled async_wait does not change the session", "[sessions][cancellation]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    session_options options;
    options.records = false;
    auto target = co_await launched(by, program("spins"), options);
    asio::cancellation_signal cancel;
    asio::post(ex, [&] { cancel.emit(asio::cancellation_type::terminal); });
    auto const [ec, end] = co_await target.async_wait(asio::bind_cancellation_slot(cancel.slot(), use_tuple));
    CHECK(ec == asio::error::operation_aborted);
    CHECK(lives(target.root()));
    CHECK(target.kill());
    auto const at_last = co_await target.async_wait();
    CHECK(at_last.status == SIGKILL);
}

LIVE_TEST("async_read gives all queued records", "[sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("exits", "3"));
    co_await target.async_wait();
    std::vector<record> seen;
    auto const got = co_await target.async_read(seen);
    CHECK(got == seen.size());
    CHECK(got == target.stats().records);
    auto const more = co_await target.async_read(seen);
    CHECK(more == 0);
}

LIVE_TEST("async_read appends to the vector", "[sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("hello"));
    std::vector<record> seen(3);
    auto const got = co_await target.async_read(seen);
    CHECK(seen.size() == 3 + got);
}

LIVE_TEST("try_next gives a queued record and never waits", "[sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("exits", "3"));
    co_await target.async_wait();
    std::size_t got = 0;
    while (target.try_next())
        ++got;
    CHECK(got == target.stats().records);
    CHECK(!target.try_next().has_value());
}

LIVE_TEST("after the end of a session every async_next completes without a record", "[sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await launched(by, program("nothing"));
    co_await drain(target);
    auto const next = co_await target.async_next();
    CHECK(!next.has_value());
    auto const next_then = co_await target.async_next();
    CHECK(!next_then.has_value());
}

LIVE_TEST("with `records = false` no record is queued, and async_wait still returns the end", "[sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    session_options options;
    options.records = false;
    auto target = co_await launched(by, program("exits", "23"), options);
    auto const end = co_await target.async_wait();
    CHECK(end.status == 23);
    CHECK(target.stats().records == 0);
    auto const next = co_await target.async_next();
    CHECK(!next.has_value());
}

LIVE_TEST("with `entries = false` only the exits of calls are recorded", "[sessions]")
{
    session_options options;
    options.entries = false;
    auto const seen = co_await trace_of(program("hello"), options);
    CHECK(count<syscall_entered>(seen.records) == 0);
    CHECK(calls(seen.records, SYS_write).size() == 1);
}

LIVE_TEST("a session records the calls that its filter names and no others", "[sessions][filter]")
{
    session_options options;
    options.filter = filter{"write,exit_group"};
    auto const seen = co_await trace_of(program("hello"), options);
    std::vector<told_call> const calls{{SYS_write, "write"}, {SYS_exit_group, "exit_group"}};
    std::vector<std::string> const expected{"1 started (launched)",  "1 becomes another program", "1 enters write",
                                            "1 leaves write with 6", "1 enters exit_group",       "1 exits with 0"};
    CHECK(story(seen.records, calls) == expected);
    CHECK(seen.records.size() == expected.size());
}

LIVE_TEST("each session of a tracer has its own filter", "[sessions][filter]")
{
    tracer by{co_await asio::this_coro::executor};
    session_options narrow;
    narrow.filter = filter{"write"};
    auto one = co_await launched(by, program("hello"), narrow);
    auto other = co_await launched(by, program("hello"));
    auto const few = co_await drain(one);
    auto const many = co_await drain(other);
    CHECK(count<syscall_exited>(few) == 1);
    CHECK(count<syscall_exited>(many) > 5);
}

LIVE_TEST("a session counts its stops, its records and its threads", "[sessions]")
{
    auto [by, talk, target] = co_await ready_launched(program("threads_wait", "4"));
    CHECK(target.stats().threads == 5);
    talk.close_input();
    auto const seen = co_await drain(target);
    CHECK(target.stats().threads == 0);
    CHECK(target.stats().records == seen.size());
    CHECK(target.stats().stops > 0);
    CHECK(target.stats().lost == 0);
}

LIVE_TEST("the records of one thread are in the order of their timestamps", "[sessions][section1]")
{
    auto const before = std::chrono::system_clock::now();
    auto const seen = co_await trace_of(program("threads"));
    std::map<tid, timestamp> last;
    for (auto const& each : seen.records) {
        CHECK(each.at >= last[each.thread]);
        last[each.thread] = each.at;
    }
    CHECK(seen.records.front().at >= before - 1s);
    CHECK(seen.records.back().at <= std::chrono::system_clock::now() + 1s);
}

LIVE_TEST("the recorded duration of a sleeping call is at least the length of the sleep", "[sessions][section1]")
{
    auto const seen = co_await trace_of(program("sleeps", "50"));
    auto slept = calls(seen.records, SYS_clock_nanosleep);
    for (auto const& each : calls(seen.records, SYS_nanosleep))
        slept.push_back(each);
    REQUIRE(slept.size() == 1);
    CHECK(slept[0].what.took >= 50ms);
    CHECK(slept[0].what.took < 30s);
}

LIVE_TEST("the records of a call's entry and exit share one syscall_call object", "[sessions][section1]")
{
    auto const seen = co_await trace_of(program("hello"));
    auto const began = entries(seen.records, SYS_write);
    auto const ended = calls(seen.records, SYS_write);
    REQUIRE(began.size() == 1);
    REQUIRE(ended.size() == 1);
    CHECK(began[0].what.call == ended[0].what.call);
    CHECK(began[0].what.call->args[0] == 1);
    CHECK(began[0].what.call->args[2] == 6);
}

LIVE_TEST("a session can be moved while it traces", "[sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto first = co_await launched(by, program("exits", "4"));
    auto const moved = co_await first.async_next();
    CHECK(moved.has_value());
    session second{std::move(first)};
    session third;
    third = std::move(second);
    co_await drain(third);
    auto const end = co_await third.async_wait();
    CHECK(end.status == 4);
}

LIVE_TEST("the times of records are read from the clock of the session", "[records]")
{
    auto const now = [](clockid_t which) {
        timespec got{};
        ::clock_gettime(which, &got);
        return timestamp{std::chrono::seconds{got.tv_sec} + std::chrono::nanoseconds{got.tv_nsec}};
    };
    std::pair<record_clock, clockid_t> const clocks[] = {{record_clock::realtime, CLOCK_REALTIME},
                                                         {record_clock::monotonic, CLOCK_MONOTONIC},
                                                         {record_clock::boottime, CLOCK_BOOTTIME}};
    for (auto const& [clock, id] : clocks) {
        session_options options;
        options.clock = clock;
        auto const before = now(id);
        auto const seen = co_await trace_of(program("nothing"), options);
        auto const after = now(id);
        REQUIRE_FALSE(seen.records.empty());
        CHECK(seen.records.front().at >= before);
        CHECK(seen.records.back().at <= after);
    }
}

LIVE_TEST("a session may be moved while async_next and async_wait are pending", "[sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = std::make_unique<session>(co_await launched(by, program("spins")));
    co_await read_until(*target, [](record const& each) {   // the guest installs its signal handler before it writes
        return !calls({each}, SYS_write).empty();
    });
    std::optional<record> next;
    std::optional<thread_exited> end;
    error_code first, second;
    target->async_next([&](error_code ec, std::optional<record> got) { first = ec, next = std::move(got); });
    target->async_wait([&](error_code ec, thread_exited how) { second = ec, end = how; });
    session moved = std::move(*target);
    target.reset();
    auto const root = moved.root();
    must(::kill(raw(root), SIGUSR1));
    co_await until([&] { return next.has_value(); });
    auto const seen = co_await drain(moved);
    co_await until([&] { return end.has_value(); });
    CHECK_FALSE(first);
    CHECK_FALSE(second);
    CHECK(end->known);
    CHECK(end->status == 0);
    CHECK(count<thread_exited>(seen) == 1);
}

}   // namespace sessions_tests
