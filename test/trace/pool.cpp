// SPDX-License-Identifier: BSL-1.0
// Pools: sessions on several tracing threads, and consumers on any thread.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/races.hpp"
#include "support/ready_guests.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <array>
#include <atomic>
#include <future>
#include <map>
#include <thread>

namespace pool_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

namespace {

/// Traces hundreds of programs at the same time, each with a filter for one system call. Returns the number of programs with
/// wrong records.
template <class Session, class Tracer>
task<int> incomplete_of_hundreds(Tracer& by)
{
    static constexpr std::array<std::pair<char const*, long>, 10> wanted{{{"getpid", SYS_getpid},
                                                                          {"getppid", SYS_getppid},
                                                                          {"gettid", SYS_gettid},
                                                                          {"getuid", SYS_getuid},
                                                                          {"geteuid", SYS_geteuid},
                                                                          {"getgid", SYS_getgid},
                                                                          {"getegid", SYS_getegid},
                                                                          {"getpgid", SYS_getpgid},
                                                                          {"sched_yield", SYS_sched_yield},
                                                                          {"getgroups", SYS_getgroups}}};
    int start[2];
    must(::pipe2(start, O_CLOEXEC));
    unique_fd far{start[0]}, near{start[1]};
    std::vector<Session> all;
    for (std::size_t i = 0; i < (short_form() ? 100 : 500); ++i) {
        session_options options;
        options.filter = filter{wanted[i % 10].first};
        auto what = program("calls_when_told", std::to_string(i % 7 + 1));
        what.redirects.push_back({.to = 0, .from = far.get()});
        all.push_back(co_await by.async_launch(what, options));
    }
    near = unique_fd{};
    int wrong = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const seen = co_await drain(all[i]);
        auto const end = co_await all[i].async_wait();
        auto const made = calls(seen, wanted[i % 10].second).size();
        // The loader may make calls that the filter selects, too.
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

}   // namespace

LIVE_TEST("a pooled session delivers all its records on the consumer's thread", "[pool]")
{
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
}

LIVE_TEST("a pool can trace by notification", "[pool][notify]")
{
    tracer_pool pool{2};
    session_options options;
    options.how = tracing::notification;
    options.filter = filter{"getuid,getppid"};
    auto const seen = co_await trace_of(pool, program("two_threads_call"), options);
    CHECK(seen.output == "joined\n");
    CHECK(entries(seen.records, SYS_getuid).size() == 100);
    CHECK(entries(seen.records, SYS_getppid).size() == 1);
    CHECK(calls(seen.records, SYS_getppid).empty());
    CHECK(seen.end.known);
}

LIVE_TEST("a pool has the given number of threads, and distributes its sessions over them", "[pool]")
{
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
}

LIVE_TEST("a new session goes to the tracing thread that traces the fewest threads", "[pool]")
{
    tracer_pool pool{2};
    conversation talk{co_await asio::this_coro::executor};
    auto what = program("threads_wait", "8");
    what.redirects = talk.redirects();
    auto const many = co_await pool.async_launch(what, without_records());
    co_await until([&] { return many.stats().threads == 9; });
    auto const busy = tracer_of(leader(many.root()));
    std::vector<pooled_session> others;
    for (int i = 0; i < 4; ++i) {
        others.push_back(co_await launched(pool, program("spins"), without_records()));
        CHECK(tracer_of(leader(others.back().root())) != busy);
    }
}

LIVE_TEST("a pool attaches and detaches", "[pool][attach]")
{
    started guest{co_await asio::this_coro::executor, program("calls_busily")};
    co_await guest.line();
    tracer_pool pool{2};
    auto target = co_await pool.async_attach(guest.id());
    CHECK(target.root() == guest.id());
    std::size_t calls_seen = 0;
    while (calls_seen < 100) {
        auto const next = co_await target.async_next();
        REQUIRE(next.has_value());
        calls_seen += std::holds_alternative<syscall_exited>(next->what);
    }
    co_await target.async_detach();
    auto const rest = co_await drain(target);
    CHECK(count<detached>(rest) == 1);
    CHECK(tracer_of(guest.leader()) == tid{});
    guest.signal(SIGUSR1);
    co_await check_rest(guest, "wrong 0\n");
}

LIVE_TEST("a launch or an attach by a pool that fails reports the reason", "[pool]")
{
    tracer_pool pool{1};
    auto const tried = co_await result_of(pool.async_launch(command_of("/nowhere/nothing"), use_tuple));
    REQUIRE(tried.has_error());
    CHECK(tried.error().code == boost::system::errc::no_such_file_or_directory);
    auto const attached = co_await result_of(pool.async_attach(pid{::getpid()}, use_tuple));
    REQUIRE(attached.has_error());
    CHECK(attached.error().code == errc::own_process);
}

LIVE_TEST("the consumer's thread can kill a session of a pool, and can set its filter", "[pool]")
{
    tracer_pool pool{1};
    session_options options;
    options.in_kernel = kernel_filter::off;
    options.entries = false;
    auto target = co_await launched(pool, program("calls_busily"), options);
    co_await target.async_set_filter(filter{"none"});
    // Waits until no record is on its way from the tracing thread to this thread any more.
    co_await until([&, before = std::uint64_t{0}]() mutable {
        while (target.try_next()) {
        }
        return std::exchange(before, target.stats().records) == target.stats().records && target.stats().stops > 1000;
    });
    co_await target.async_kill();
    auto const seen = co_await drain(target);
    CHECK(count<syscall_exited>(seen) == 0);
    auto const end = co_await target.async_wait();
    CHECK(end.status == SIGKILL);
    auto const [again] = co_await target.async_kill(use_tuple);
    CHECK(again == errc::session_ended);
    auto const [let_go] = co_await target.async_detach(use_tuple);
    CHECK(let_go == errc::session_ended);
}

TEST_CASE("consumers on several threads each get the records of their own session", "[pool]")
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

LIVE_TEST("a cancelled async_next of a pool's session loses no record", "[pool][cancellation]")
{
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
}

LIVE_TEST("every operation of a pool's session can be raced with a timer", "[pool][cancellation]")
{
    tracer_pool pool{1};
    session_options options;
    options.filter = filter{"none"};
    auto target = co_await launched(pool, program("spins"), options);
    auto const first = co_await target.async_next();    // this is the record of the process's start
    auto const second = co_await target.async_next();   // this is the record of the process's exec
    CHECK((first && second));
    co_await check_races_with_timer(target);
}

LIVE_TEST("a launch by a pool that is cancelled leaves no process", "[pool][cancellation]")
{
    auto const before = children();
    auto const ex = co_await asio::this_coro::executor;
    tracer_pool pool{2};
    for (int i = 0; i < 50; ++i) {
        asio::cancellation_signal cancel;
        asio::steady_timer moment{ex, i * 50us};
        moment.async_wait([&](error_code) { cancel.emit(asio::cancellation_type::terminal); });
        // The launch may complete before the cancellation. In that case its session is destroyed here.
        auto const tried = co_await result_of(pool.async_launch(quiet(program("spins")), without_records(),
                                                                asio::bind_cancellation_slot(cancel.slot(), use_tuple)));
        if (!tried)
            CHECK(tried.error().code == asio::error::operation_aborted);
        moment.cancel();
        co_await asio::post(ex, asio::use_awaitable);
    }
    co_await until([&] { return children() == before; });
}

LIVE_TEST("a process of a pool waits while the record queue is full, and goes on when there is room", "[pool]")
{
    tracer_pool pool{1};
    session_options options;
    options.depth = 16;
    auto target = co_await launched(pool, program("calls_busily"), options);
    co_await until([&] { return state_of(leader(target.root())) == 't' && target.stats().records >= 16; });
    CHECK(target.stats().records <= 16 + 4);
    std::vector<record> seen;
    while (seen.size() < 1000)
        co_await target.async_read(seen);
    co_await target.async_kill();
    auto const rest = co_await drain(target);
    CHECK(seen.size() + rest.size() == target.stats().records);
}

LIVE_TEST("an interceptor of a pool runs on its session's tracing thread, and may await work on another executor",
          "[pool][intercept]")
{
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
}

LIVE_TEST("any thread can read the statistics of a session at any time", "[pool][statistics]")
{
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
}

LIVE_TEST_WITHIN(5 * live_limit, "a pool traces hundreds of programs at once, each with its own filter, without losing a call",
                 "[pool][scale]")
{
    tracer_pool pool{3};
    auto const wrong = co_await incomplete_of_hundreds<pooled_session>(pool);
    CHECK(wrong == 0);
}

LIVE_TEST_WITHIN(5 * live_limit,
                 "one tracer traces hundreds of programs at once, each with its own filter, without losing a call",
                 "[pool][scale]")
{
    tracer by{co_await asio::this_coro::executor};
    auto const wrong = co_await incomplete_of_hundreds<session>(by);
    CHECK(wrong == 0);
}

}   // namespace pool_tests
