// SPDX-License-Identifier: BSL-1.0
// Pools: targets on several tracing threads, and consumers on any thread.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/run_for.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <array>
#include <atomic>
#include <future>
#include <map>
#include <set>
#include <thread>

namespace pool_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

namespace {

constexpr auto limit = 60s;

using cotrace::test::drain;   // for sessions; the one for a pool's sessions is below

task<pooled_session> launched(tracer_pool& by, command what, session_options options = {})
{
    co_return (co_await by.async_launch(quiet(std::move(what)), std::move(options))).value();
}

task<std::vector<record>> drain(pooled_session& from)
{
    std::vector<record> all;
    while (co_await from.async_read(all) != 0) {
    }
    co_return all;
}

/// Traces `what` from its launch to its end, with one async_next for each record.
task<trace> trace_of(tracer_pool& by, command what, session_options options = {})
{
    capture const said;
    what.redirects.push_back({.to = 1, .from = said.fd()});
    auto target = (co_await by.async_launch(std::move(what), std::move(options))).value();
    trace seen;
    seen.root = target.root();
    while (auto next = co_await target.async_next())
        seen.records.push_back(std::move(*next));
    seen.end = co_await target.async_wait();
    seen.stats = target.stats();
    seen.output = said.text();
    co_return seen;
}

/// Runs five hundred targets at the same time. Returns the number of targets whose records are not the
/// entry and exit of each of their wanted calls, and then their end.
template <class Session, class Tracer>
task<int> incomplete_of_five_hundred(Tracer& by)
{
    static constexpr std::array<std::pair<char const*, long>, 10> wanted{
        {{"getpid", SYS_getpid}, {"getppid", SYS_getppid}, {"gettid", SYS_gettid}, {"getuid", SYS_getuid},
         {"geteuid", SYS_geteuid}, {"getgid", SYS_getgid}, {"getegid", SYS_getegid}, {"getpgrp", SYS_getpgrp},
         {"sched_yield", SYS_sched_yield}, {"getgroups", SYS_getgroups}}};
    int start[2];
    must(::pipe2(start, O_CLOEXEC));
    unique_fd far{start[0]}, near{start[1]};
    std::vector<Session> all;
    for (std::size_t i = 0; i < 500; ++i) {
        session_options options;
        options.filter = filter{wanted[i % 10].first};
        auto what = program("calls_when_told", std::to_string(i % 7 + 1));
        what.redirects.push_back({.to = 0, .from = far.get()});
        auto made = co_await by.async_launch(what, options, asio::use_awaitable);
        all.push_back(std::move(made).value());
    }
    near.close();
    int wrong = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const seen = co_await drain(all[i]);
        auto const end = co_await all[i].async_wait();
        auto const made = calls(seen, wanted[i % 10].second).size();
        // The loader may make such calls, too.
        wrong += made < i % 7 + 1 || count<syscall_exited>(seen) != made || end.status != static_cast<int>(i % 7 + 1)
            || !std::holds_alternative<thread_exited>(seen.back().what);
    }
    co_return wrong;
}

session_options without_records()
{
    session_options options;
    options.records = false;
    return options;
}

} // namespace

TEST_CASE("a pooled session delivers all records of a target on the consumer's thread", "[pool]")
{
    run_for(limit, []() -> task<void> {
        auto const here = std::this_thread::get_id();
        tracer_pool pool{2};
        auto const seen = co_await trace_of(pool, program("two_threads_call"));
        CHECK(std::this_thread::get_id() == here);
        CHECK(seen.output == "joined\n");
        CHECK(calls(seen.records, SYS_getuid).size() == 100);
        CHECK(calls(seen.records, SYS_getppid).size() == 1);
        CHECK(seen.stats.records == seen.records.size());
        REQUIRE(!seen.records.empty());
        CHECK(std::holds_alternative<thread_exited>(seen.records.back().what));
        CHECK(seen.end.known);
    });
}

TEST_CASE("a pool can trace by notification", "[pool][notify]")
{
    run_for(limit, []() -> task<void> {
        tracer_pool pool{2};
        session_options options;
        options.how    = tracing::notification;
        options.filter = filter{"getuid,getppid"};
        auto const seen = co_await trace_of(pool, program("two_threads_call"), options);
        CHECK(seen.output == "joined\n");
        CHECK(entries(seen.records, SYS_getuid).size() == 100);
        CHECK(entries(seen.records, SYS_getppid).size() == 1);
        CHECK(calls(seen.records, SYS_getppid).empty());
        CHECK(seen.end.known);
    });
}

TEST_CASE("a pool has the given number of threads, and spreads targets over them", "[pool]")
{
    run_for(limit, []() -> task<void> {
        tracer_pool pool{3};
        CHECK(pool.size() == 3);
        std::vector<pooled_session> all;
        std::map<tid, int> tracers;
        for (int i = 0; i < 9; ++i) {
            all.push_back(co_await launched(pool, program("spins"), without_records()));
            ++tracers[tracer_of(leader(all.back().root()))];
        }
        CHECK(tracers.size() == 3);
        for (auto const& [tracer, targets] : tracers)
            CHECK(targets == 3);
    });
}

TEST_CASE("a new target goes to the thread that traces the fewest threads", "[pool]")
{
    run_for(limit, []() -> task<void> {
        tracer_pool pool{2};
        conversation talk{co_await asio::this_coro::executor};
        auto what = program("threads_wait", "8");
        what.redirects = talk.redirects();
        auto const many = (co_await pool.async_launch(what, without_records())).value();
        co_await until([&] { return many.stats().threads == 9; });
        auto const busy = tracer_of(leader(many.root()));
        std::vector<pooled_session> others;
        for (int i = 0; i < 4; ++i) {
            others.push_back(co_await launched(pool, program("spins"), without_records()));
            CHECK(tracer_of(leader(others.back().root())) != busy);
        }
    });
}

TEST_CASE("a pool attaches and detaches", "[pool][attach]")
{
    run_for(limit, []() -> task<void> {
        started guest{co_await asio::this_coro::executor, program("calls_busily")};
        co_await guest.line();
        tracer_pool pool{2};
        auto target = (co_await pool.async_attach(guest.id())).value();
        CHECK(target.root() == guest.id());
        std::size_t calls_seen = 0;
        while (calls_seen < 100) {
            auto const next = co_await target.async_next();
            REQUIRE(next.has_value());
            calls_seen += std::holds_alternative<syscall_exited>(next->what);
        }
        auto const let_go = co_await target.async_detach();
        CHECK(let_go);
        auto const rest = co_await drain(target);
        CHECK(count<detached>(rest) == 1);
        CHECK(tracer_of(guest.leader()) == tid{});
        guest.signal(SIGUSR1);
        auto const said = co_await guest.rest();
        CHECK(said == "wrong 0\n");
    });
}

TEST_CASE("a launch by a pool that fails says why", "[pool]")
{
    run_for(limit, []() -> task<void> {
        tracer_pool pool{1};
        auto const tried = co_await pool.async_launch(command_of("/nowhere/nothing"));
        REQUIRE(tried.has_error());
        CHECK(tried.error().code == boost::system::errc::no_such_file_or_directory);
        auto const attached = co_await pool.async_attach(pid{::getpid()});
        REQUIRE(attached.has_error());
        CHECK(attached.error().code == errc::own_process);
    });
}

TEST_CASE("a session of a pool is killed, and filtered, from the consumer's thread", "[pool]")
{
    run_for(limit, []() -> task<void> {
        tracer_pool pool{1};
        session_options options;
        options.in_kernel = kernel_filter::off;
        options.entries = false;
        auto target = co_await launched(pool, program("calls_busily"), options);
        auto const narrowed = co_await target.async_set_filter(filter{"none"});
        CHECK(narrowed);
        co_await until([&, before = std::uint64_t{0}]() mutable {   // no record is between the threads any more
            while (target.try_next()) {
            }
            return std::exchange(before, target.stats().records) == target.stats().records && target.stats().stops > 1000;
        });
        auto const killed = co_await target.async_kill();
        CHECK(killed);
        auto const seen = co_await drain(target);
        CHECK(count<syscall_exited>(seen) == 0);
        auto const end = co_await target.async_wait();
        CHECK(end.status == SIGKILL);
        auto const again = co_await target.async_kill();
        CHECK(again.error() == errc::session_ended);
        auto const let_go = co_await target.async_detach();
        CHECK(let_go.error() == errc::session_ended);
    });
}

TEST_CASE("consumers on several threads each get the records of their own target", "[pool]")
{
    tracer_pool pool{2};
    asio::thread_pool consumers{3};
    std::atomic<int> right = 0;
    std::vector<std::future<void>> done;
    for (int i = 0; i < 12; ++i)
        done.push_back(asio::co_spawn(
            asio::make_strand(consumers),
            [&]() -> task<void> {
                auto const seen = co_await trace_of(pool, program("forks_many", "10", "4"));
                right += seen.output == "ended 10 sum 45\n" && count<thread_exited>(seen.records) == 11
                    && seen.stats.records == seen.records.size();
            },
            asio::use_future));
    for (auto& each : done)
        each.get();
    CHECK(right == 12);
}

TEST_CASE("a consumer needs no strand when several threads run its context", "[pool]")
{
    tracer_pool pool{2};
    asio::thread_pool consumers{4};
    std::vector<std::future<std::size_t>> done;
    for (int i = 0; i < 4; ++i)
        done.push_back(asio::co_spawn(
            consumers.get_executor(),
            [&]() -> task<std::size_t> {
                session_options options;
                options.depth = 1;
                auto const seen = co_await trace_of(pool, program("two_threads_call"), options);
                co_return calls(seen.records, SYS_getuid).size();
            },
            asio::use_future));
    for (auto& each : done)
        CHECK(each.get() == 100);
}

TEST_CASE("a cancelled async_next of a pool's session loses no record", "[pool][cancellation]")
{
    run_for(limit, []() -> task<void> {
        tracer_pool pool{1};
        auto target = co_await launched(pool, program("two_threads_call"));
        auto const ex = co_await asio::this_coro::executor;
        std::vector<record> seen;
        asio::cancellation_type const kinds[] = {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                                                 asio::cancellation_type::total};
        for (int i = 0;; ++i) {
            asio::cancellation_signal cancel;
            asio::post(ex, [&] { cancel.emit(kinds[i % 3]); });
            auto [ec, got] = co_await target.async_next(asio::bind_cancellation_slot(cancel.slot(), use_tuple));
            CHECK((!ec || ec == asio::error::operation_aborted));
            if (!ec && !got)
                break;
            if (got)
                seen.push_back(std::move(*got));
        }
        CHECK(calls(seen, SYS_getuid).size() == 100);
        CHECK(target.stats().records == seen.size());
    });
}

TEST_CASE("every operation of a pool's session can be raced with a timer", "[pool][cancellation]")
{
    run_for(limit, []() -> task<void> {
        tracer_pool pool{1};
        session_options options;
        options.filter = filter{"none"};
        auto target = co_await launched(pool, program("spins"), options);
        auto const first = co_await target.async_next();   // the start
        auto const second = co_await target.async_next();  // the exec
        CHECK((first && second));
        asio::steady_timer timer{co_await asio::this_coro::executor};
        std::vector<record> more;
        timer.expires_after(1ms);
        auto const next = co_await (target.async_next(asio::use_awaitable) || timer.async_wait(asio::use_awaitable));
        CHECK(next.index() == 1);
        timer.expires_after(1ms);
        auto const read = co_await (target.async_read(more, asio::use_awaitable) || timer.async_wait(asio::use_awaitable));
        CHECK(read.index() == 1);
        timer.expires_after(1ms);
        auto const end = co_await (target.async_wait(asio::use_awaitable) || timer.async_wait(asio::use_awaitable));
        CHECK(end.index() == 1);
        CHECK(more.empty());
        CHECK(lives(target.root()));
    });
}

TEST_CASE("a launch by a pool that is cancelled leaves no process", "[pool][cancellation]")
{
    run_for(limit, []() -> task<void> {
        auto const before = children();
        auto const ex = co_await asio::this_coro::executor;
        tracer_pool pool{2};
        for (int i = 0; i < 50; ++i) {
            asio::cancellation_signal cancel;
            asio::steady_timer moment{ex, i * 50us};
            moment.async_wait([&](error_code) { cancel.emit(asio::cancellation_type::terminal); });
            // The launch may complete before the cancellation. Then its session is destroyed here.
            auto const tried = co_await pool.async_launch(
                quiet(program("spins")), without_records(), asio::bind_cancellation_slot(cancel.slot(), asio::use_awaitable));
            if (!tried)
                CHECK(tried.error().code == asio::error::operation_aborted);
            moment.cancel();
            co_await asio::post(ex, asio::use_awaitable);
        }
        co_await until([&] { return children() == before; });
    });
}

TEST_CASE("the destruction of a pool ends its sessions and loses no record", "[pool][end]")
{
    run_for(limit, []() -> task<void> {
        auto const before = children();
        std::vector<pooled_session> all;
        {
            tracer_pool pool{2};
            for (int i = 0; i < 6; ++i) {
                session_options options;
                options.depth = 64;
                all.push_back(co_await launched(pool, program("calls_busily"), options));
            }
            for (auto const& each : all)
                co_await until([&] { return each.stats().records >= 64; });
        }
        CHECK(children() == before);
        for (auto& each : all) {
            auto const seen = co_await drain(each);
            CHECK(seen.size() == each.stats().records);
            auto const end = end_of(seen, leader(each.root()));
            REQUIRE(end.has_value());
            CHECK(end->status == SIGKILL);
            auto const waited = co_await each.async_wait();
            CHECK(waited.status == SIGKILL);
            auto const killed = co_await each.async_kill();
            CHECK(killed.error() == errc::session_ended);
        }
    });
}

TEST_CASE("waiting operations complete when their pool is destroyed", "[pool][end]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        auto pool = std::make_optional<tracer_pool>(std::size_t{1});
        session_options options;
        options.filter = filter{"none"};
        auto target = co_await launched(*pool, program("spins"), options);
        std::vector<record> seen;
        bool drained = false, ended = false, answered = false;
        asio::co_spawn(
            ex,
            [&]() -> task<void> {
                seen = co_await drain(target);
                drained = true;
            },
            asio::detached);
        target.async_wait([&](error_code ec, thread_exited how) { ended = !ec && how.status == SIGKILL; });
        co_await asio::post(ex, asio::use_awaitable);
        pool->async_launch(quiet(program("spins")), {},
                           asio::bind_executor(ex, [&](result<pooled_session, failure>) { answered = true; }));
        pool.reset();
        co_await until([&] { return drained && answered; });
        CHECK(count<thread_exited>(seen) == 1);
        co_await target.async_wait();
        co_await until([&] { return ended; });
    });
}

TEST_CASE("a pool may be destroyed by a thread that did not construct it", "[pool][end]")
{
    run_for(limit, []() -> task<void> {
        auto const before = children();
        auto pool = std::make_optional<tracer_pool>(std::size_t{2});
        auto target = co_await launched(*pool, program("spins"), without_records());
        std::thread{[&] { pool.reset(); }}.join();
        CHECK(children() == before);
        auto const end = co_await target.async_wait();
        CHECK(end.status == SIGKILL);
    });
}

TEST_CASE("a pool may be destroyed by one of its own threads", "[pool][end]")
{
    run_for(limit, []() -> task<void> {
        auto const before = children();
        auto const pool = std::make_shared<std::optional<tracer_pool>>(std::in_place, std::size_t{2});
        auto last = std::make_shared<scripted>(SYS_getppid);
        last->entry = [pool](intercepted, syscall_call const&) -> task<verdict> {
            pool->reset();
            co_return proceed{};
        };
        auto target = co_await launched(**pool, program("asks_parent"), with(last));
        auto const end = co_await target.async_wait();
        CHECK(end.known);
        co_await until([&] { return children() == before; });
    });
}

TEST_CASE("a pooled session that is destroyed kills what it launched", "[pool][end]")
{
    run_for(limit, []() -> task<void> {
        auto const before = children();
        tracer_pool pool{2};
        for (int i = 0; i < 10; ++i) {
            session_options options;
            options.depth = 8;
            auto target = co_await launched(pool, program("keeps_forking"), options);
            co_await target.async_next();
        }
        co_await until([&] { return children() == before; });
    });
}

TEST_CASE("a pool goes on when a consumer's context is destroyed while its consumer waits", "[pool][end]")
{
    auto const before = children();
    tracer_pool pool{1};
    for (int i = 0; i < 10; ++i) {
        asio::io_context context{1};
        bool waits = false;
        asio::co_spawn(
            context,
            [&]() -> task<void> {
                auto target = co_await launched(pool, program("calls_busily"));
                waits = true;
                co_await target.async_wait();
            },
            asio::detached);
        while (!waits)
            context.run_one();
    }
    run_for(limit, [&]() -> task<void> {
        co_await until([&] { return children() == before; });
        auto const seen = co_await trace_of(pool, program("hello"));
        CHECK(seen.output == "hello\n");
    });
}

TEST_CASE("a subject of a pool does not run past a full queue, and goes on when there is room", "[pool]")
{
    run_for(limit, []() -> task<void> {
        tracer_pool pool{1};
        session_options options;
        options.depth = 16;
        auto target = co_await launched(pool, program("calls_busily"), options);
        co_await until([&] { return state_of(leader(target.root())) == 't' && target.stats().records >= 16; });
        CHECK(target.stats().records <= 16 + 4);
        std::vector<record> seen;
        while (seen.size() < 1000)
            co_await target.async_read(seen);
        auto const killed = co_await target.async_kill();
        CHECK(killed);
        auto const rest = co_await drain(target);
        CHECK(seen.size() + rest.size() == target.stats().records);
    });
}

TEST_CASE("an interceptor of a pool runs on its session's thread, and may await another executor", "[pool][intercept]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        auto const here = std::this_thread::get_id();
        std::atomic<int> wrong = 0;
        auto asking = std::make_shared<scripted>(SYS_getppid);
        asking->entry = [&](intercepted at, syscall_call const&) -> task<verdict> {
            auto const mine = std::this_thread::get_id();
            wrong += mine == here;
            auto const answer = co_await asio::co_spawn(
                ex,
                [&]() -> task<long> {
                    wrong += std::this_thread::get_id() != here;
                    co_return 4711;
                },
                asio::use_awaitable);
            wrong += std::this_thread::get_id() != mine;
            wrong += tracer_of(at.thread) != tid{::gettid()};
            co_return return_value{answer};
        };
        tracer_pool pool{2};
        auto const seen = co_await trace_of(pool, program("asks_parent"), with(asking));
        CHECK(seen.output == "getppid 4711 errno 0\n");
        CHECK(wrong == 0);
    });
}

TEST_CASE("any thread can read the statistics of a session at any time", "[pool][statistics]")
{
    run_for(limit, []() -> task<void> {
        tracer_pool pool{2};
        session_options options;
        options.when_full = overflow::drop;
        options.depth = 8;
        auto const target = co_await launched(pool, program("keeps_forking"), options);
        std::atomic<bool> over = false;
        std::atomic<int> backwards = 0, strange = 0;
        std::thread reader{[&] {
            statistics last;
            while (!over) {
                auto const now = target.stats();
                backwards += now.stops < last.stops || now.records < last.records || now.lost < last.lost
                    || now.stopped < last.stopped || now.bytes < last.bytes;
                last = now;
                for (auto const& each : target.thread_stats())
                    strange += raw(each.thread) <= 0 || each.stopped < 0ns || each.stopped > 1h;
            }
        }};
        co_await until([&] { return target.stats().lost > 5000; });
        over = true;
        reader.join();
        CHECK(backwards == 0);
        CHECK(strange == 0);
    });
}

TEST_CASE("a pool traces five hundred targets at the same time, each with its own filter, and no call is lost", "[pool][scale]")
{
    run_for(300s, []() -> task<void> {
        tracer_pool pool{3};
        auto const wrong = co_await incomplete_of_five_hundred<pooled_session>(pool);
        CHECK(wrong == 0);
    });
}

TEST_CASE("one tracer traces five hundred targets at the same time, each with its own filter, and no call is lost", "[pool][scale]")
{
    run_for(300s, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto const wrong = co_await incomplete_of_five_hundred<session>(by);
        CHECK(wrong == 0);
    });
}

} // namespace pool_tests
