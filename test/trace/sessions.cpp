// SPDX-License-Identifier: BSL-1.0
// Sessions: the record stream and its overflow policies, cancellation, filters, statistics, and ends of all kinds.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/normalise.hpp"
#include "support/run_for.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>

#include <map>

namespace sessions_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 60s;

/// One `async_next` that a posted handler cancels. It may still complete with a record.
task<std::optional<record>> cancelled_next(session& from, asio::cancellation_type how)
{
    asio::cancellation_signal cancel;
    asio::post(co_await asio::this_coro::executor, [&] { cancel.emit(how); });
    auto [ec, got] = co_await from.async_next(asio::bind_cancellation_slot(cancel.slot(), use_tuple));
    CHECK((!ec || ec == asio::error::operation_aborted));
    co_return ec ? std::nullopt : std::move(got);
}

/// Checks that the exit of each call comes before the thread's next entry.
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

} // namespace

TEST_CASE("a queue of one record that is read slowly loses nothing", "[sessions][section1]")
{
    run_for(limit, []() -> task<void> {
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
    });
}

TEST_CASE("a subject does not run while its queue is full", "[sessions]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        session_options options;
        options.depth = 16;
        auto target = co_await launched(by, program("calls_busily"), options);
        auto const root = leader(target.root());
        co_await until([&] { return state_of(root) == 't' && target.stats().records >= 16; });
        auto const then = target.stats().records;
        // The records of one stop may exceed the depth of the queue.
        CHECK(then <= 16 + 4);
        for (int i = 0; i < 100; ++i)
            co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        CHECK(target.stats().records == then);
    });
}

TEST_CASE("a subject that is held because the queue is full goes on when the queue has room", "[sessions]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        session_options options;
        options.depth = 4;
        auto target = co_await launched(by, program("forks_many", "20", "4"), options);
        co_await until([&] { return state_of(leader(target.root())) == 't' && target.stats().records >= 4; });
        auto const seen = co_await drain(target);
        CHECK(count<thread_exited>(seen) == 21);
        check_complete(seen);
    });
}

TEST_CASE("a queue that drops records counts them, in the statistics and in the stream", "[sessions][section1]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        session_options options;
        options.depth = 32;
        options.when_full = overflow::drop;
        auto target = co_await launched(by, program("calls_busily"), options);
        co_await until([&] { return target.stats().lost > 1000; });
        must(::kill(raw(target.root()), SIGUSR1));
        auto const seen = co_await drain(target);
        std::uint64_t told = 0;
        for (auto const& each : all<records_lost>(seen))
            told += each.what.count;
        CHECK(told > 1000);
        CHECK(told == target.stats().lost);
        CHECK(target.stats().records + count<records_lost>(seen) == seen.size());
    });
}

TEST_CASE("a queue that drops records does not exceed its depth", "[sessions]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        session_options options;
        options.depth = 32;
        options.when_full = overflow::drop;
        auto target = co_await launched(by, program("calls_busily"), options);
        co_await until([&] { return target.stats().lost > 1000; });
        std::size_t held = 0;
        while (target.try_next())
            ++held;
        CHECK(target.channel().counts().highest == 32);
        CHECK(held >= 32);
    });
}

TEST_CASE("a queue that drops records never holds its subject", "[sessions]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        session_options options;
        options.depth = 1;
        options.when_full = overflow::drop;
        auto target = co_await launched(by, program("forks_many", "50", "8"), options);
        // The subject ends although no consumer reads.
        auto const end = co_await target.async_wait();
        CHECK(end.status == 0);
        CHECK(end.known);
    });
}

TEST_CASE("a cancelled async_next loses no record", "[sessions][cancellation]")
{
    run_for(limit, []() -> task<void> {
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
    });
}

TEST_CASE("an async_next that waits for a record can be cancelled", "[sessions][cancellation]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        session_options options;
        options.filter = filter{"none"};
        auto target = co_await launched(by, program("spins"), options);
        co_await until([&] { return state_of(leader(target.root())) == 'R'; });
        while (target.try_next()) {
        }
        auto const next = co_await cancelled_next(target, asio::cancellation_type::terminal);
        CHECK(!next);
    });
}

TEST_CASE("a cancelled async_wait does not change the session", "[sessions][cancellation]")
{
    run_for(limit, []() -> task<void> {
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
    });
}

TEST_CASE("async_read gives all queued records", "[sessions]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto target = co_await launched(by, program("exits", "3"));
        co_await target.async_wait();
        std::vector<record> seen;
        auto const got = co_await target.async_read(seen);
        CHECK(got == seen.size());
        CHECK(got == target.stats().records);
        auto const more = co_await target.async_read(seen);
        CHECK(more == 0);
    });
}

TEST_CASE("async_read appends to the vector", "[sessions]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto target = co_await launched(by, program("hello"));
        std::vector<record> seen(3);
        auto const got = co_await target.async_read(seen);
        CHECK(seen.size() == 3 + got);
    });
}

TEST_CASE("try_next gives a queued record and never waits", "[sessions]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto target = co_await launched(by, program("exits", "3"));
        co_await target.async_wait();
        std::size_t got = 0;
        while (target.try_next())
            ++got;
        CHECK(got == target.stats().records);
        CHECK(!target.try_next().has_value());
    });
}

TEST_CASE("after the end every async_next gives an empty result", "[sessions]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto target = co_await launched(by, program("nothing"));
        co_await drain(target);
        auto const next = co_await target.async_next();
        CHECK(!next.has_value());
        auto const next_then = co_await target.async_next();
        CHECK(!next_then.has_value());
    });
}

TEST_CASE("a session that is destroyed kills what it launched", "[sessions][end]")
{
    run_for(limit, []() -> task<void> {
        auto const before = children();
        tracer by{co_await asio::this_coro::executor};
        {
            auto target = co_await launched(by, program("threads_wait", "3"));
        }
        co_await until([&] { return children() == before; });
    });
}

TEST_CASE("a session that is destroyed detaches from what it launched if its options say so", "[sessions][end][detach]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        tracer by{ex};
        conversation talk{ex};
        pid root{};
        {
            auto what = program("reads_line");
            what.redirects = talk.redirects();
            session_options options;
            options.at_end = ending::detach;
            auto target = (co_await by.async_launch(what, options)).value();
            root = target.root();
            talk.begin();
            auto const line = co_await talk.line();
            CHECK(line == "ready");
        }
        co_await until([&] { return tracer_of(leader(root)) == tid{}; });
        talk.tell("hello\n");
        auto const said = co_await talk.rest();
        CHECK(said == "read 6 errno 0 hello\n\n");
        co_await until([&] { return ::waitpid(raw(root), nullptr, WNOHANG) != 0; });
    });
}

TEST_CASE("a session that is destroyed detaches from what it attached to", "[sessions][end][attach]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        started guest{ex, program("threads_wait", "3")};
        co_await guest.line();
        tracer by{ex};
        {
            auto target = (co_await by.async_attach(guest.id())).value();
        }
        co_await until([&] {
            return std::ranges::all_of(threads_of(guest.id()), [](tid each) { return tracer_of(each) == tid{}; });
        });
        guest.close_input();
        auto const said = co_await guest.rest();
        CHECK(said == "joined 3\n");
    });
}

TEST_CASE("a session that is destroyed kills what it attached to if its options say so", "[sessions][end][attach]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        started guest{ex, program("threads_wait", "3")};
        co_await guest.line();
        tracer by{ex};
        session_options options;
        options.at_end = ending::kill;
        {
            auto target = (co_await by.async_attach(guest.id(), options)).value();
        }
        co_await until([&] { return !lives(guest.id()); });
    });
}

TEST_CASE("kill ends every process of a session, and the records say so", "[sessions][end]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        tracer by{ex};
        conversation talk{ex};
        auto what = program("watches_child");
        what.redirects = talk.redirects();
        auto target = (co_await by.async_launch(what)).value();
        talk.begin();
        auto const child = number_after(co_await talk.line(), "child ");
        CHECK(target.kill());
        auto const seen = co_await drain(target);
        for (tid const each : {leader(target.root()), leader(child)}) {
            auto const end = end_of(seen, each);
            REQUIRE(end.has_value());
            CHECK(end->killed);
            CHECK(end->status == SIGKILL);
        }
    });
}

TEST_CASE("kill leaves no process of a session whose subject keeps forking", "[sessions][end][follow]")
{
    run_for(limit, []() -> task<void> {
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
    });
}

TEST_CASE("kill and detach after the end fail with session_ended", "[sessions][end]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto target = co_await launched(by, program("nothing"));
        co_await drain(target);
        CHECK(target.kill().error() == errc::session_ended);
        CHECK(target.detach().error() == errc::session_ended);
    });
}

TEST_CASE("the destruction of a tracer ends its sessions", "[sessions][end]")
{
    run_for(limit, []() -> task<void> {
        auto const before = children();
        std::optional<session> target;
        {
            tracer by{co_await asio::this_coro::executor};
            target.emplace(co_await launched(by, program("threads_wait", "10")));
            CHECK(children() != before);
        }
        CHECK(children() == before);
    });
}

TEST_CASE("a session still gives its records and an end after its tracer was destroyed", "[sessions][end]")
{
    run_for(limit, []() -> task<void> {
        std::optional<session> target;
        {
            tracer by{co_await asio::this_coro::executor};
            target.emplace(co_await launched(by, program("spins")));
            co_await until([&] { return target->stats().records > 3; });
        }
        auto const seen = co_await drain(*target);
        CHECK(!seen.empty());
        co_await target->async_wait();
    });
}

TEST_CASE("a tracer that is destroyed detaches from what it attached to", "[sessions][end][attach]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        started guest{ex, program("calls_busily")};
        co_await guest.line();
        std::optional<session> target;
        {
            tracer by{ex};
            target.emplace((co_await by.async_attach(guest.id())).value());
        }
        CHECK(tracer_of(guest.leader()) == tid{});
        guest.signal(SIGUSR1);
        auto const said = co_await guest.rest();
        CHECK(said == "wrong 0\n");
    });
}

TEST_CASE("without records nothing is queued, and async_wait still gives the end", "[sessions]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        session_options options;
        options.records = false;
        auto target = co_await launched(by, program("exits", "23"), options);
        auto const end = co_await target.async_wait();
        CHECK(end.status == 23);
        CHECK(target.stats().records == 0);
        auto const next = co_await target.async_next();
        CHECK(!next.has_value());
    });
}

TEST_CASE("without entries only the exits of calls are recorded", "[sessions]")
{
    run_for(limit, []() -> task<void> {
        session_options options;
        options.entries = false;
        auto const seen = co_await trace_of(program("hello"), options);
        CHECK(count<syscall_entered>(seen.records) == 0);
        CHECK(calls(seen.records, SYS_write).size() == 1);
    });
}

TEST_CASE("a filter lets through the calls that it names and no others", "[sessions][filter]")
{
    run_for(limit, []() -> task<void> {
        session_options options;
        options.filter = filter{"write,exit_group"};
        auto const seen = co_await trace_of(program("hello"), options);
        std::vector<told_call> const calls{{SYS_write, "write"}, {SYS_exit_group, "exit_group"}};
        std::vector<std::string> const expected{"1 started (launched)", "1 becomes another program", "1 enters write",
                                                "1 leaves write with 6", "1 enters exit_group", "1 exits with 0"};
        CHECK(story(seen.records, calls) == expected);
        CHECK(seen.records.size() == expected.size());
    });
}

TEST_CASE("sessions of one tracer have filters of their own", "[sessions][filter]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        session_options narrow;
        narrow.filter = filter{"write"};
        auto one = co_await launched(by, program("hello"), narrow);
        auto other = co_await launched(by, program("hello"));
        auto const few = co_await drain(one);
        auto const many = co_await drain(other);
        CHECK(count<syscall_exited>(few) == 1);
        CHECK(count<syscall_exited>(many) > 5);
    });
}

TEST_CASE("a session counts its stops, its records and its threads", "[sessions]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        tracer by{ex};
        conversation talk{ex};
        auto what = program("threads_wait", "4");
        what.redirects = talk.redirects();
        auto target = (co_await by.async_launch(what)).value();
        talk.begin();
        auto const line = co_await talk.line();
        CHECK(line == "ready");
        CHECK(target.stats().threads == 5);
        talk.close_input();
        auto const seen = co_await drain(target);
        CHECK(target.stats().threads == 0);
        CHECK(target.stats().records == seen.size());
        CHECK(target.stats().stops > 0);
        CHECK(target.stats().lost == 0);
    });
}

TEST_CASE("the records of one thread are in the order of their times", "[sessions][section1]")
{
    run_for(limit, []() -> task<void> {
        auto const before = std::chrono::system_clock::now();
        auto const seen = co_await trace_of(program("threads"));
        std::map<tid, timestamp> last;
        for (auto const& each : seen.records) {
            CHECK(each.at >= last[each.thread]);
            last[each.thread] = each.at;
        }
        CHECK(seen.records.front().at >= before - 1s);
        CHECK(seen.records.back().at <= std::chrono::system_clock::now() + 1s);
    });
}

TEST_CASE("the duration of a sleep is at least its length", "[sessions][section1]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("sleeps", "50"));
        auto slept = calls(seen.records, SYS_clock_nanosleep);
        for (auto const& each : calls(seen.records, SYS_nanosleep))
            slept.push_back(each);
        REQUIRE(slept.size() == 1);
        CHECK(slept[0].what.took >= 50ms);
        CHECK(slept[0].what.took < 30s);
    });
}

TEST_CASE("the exit of a call refers to the call of its entry", "[sessions][section1]")
{
    run_for(limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("hello"));
        auto const began = entries(seen.records, SYS_write);
        auto const ended = calls(seen.records, SYS_write);
        REQUIRE(began.size() == 1);
        REQUIRE(ended.size() == 1);
        CHECK(began[0].what.call == ended[0].what.call);
        CHECK(began[0].what.call->args[0] == 1);
        CHECK(began[0].what.call->args[2] == 6);
    });
}

TEST_CASE("a session can be moved while it traces", "[sessions]")
{
    run_for(limit, []() -> task<void> {
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
    });
}

} // namespace sessions_tests
