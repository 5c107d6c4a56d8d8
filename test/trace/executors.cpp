// SPDX-License-Identifier: BSL-1.0
// Which thread a tracer belongs to, and what happens when another thread uses the tracer.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/event_loop.hpp"
#include "support/live_test.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <thread>

namespace executors_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

// Tests of the thread that a tracer belongs to.

TEST_CASE("a tracer belongs to the thread that uses it first, not to the thread that constructs it", "[executors][side]")
{
    auto const how = GENERATE(waiting::signalfd, waiting::io_uring);
    asio::io_context context{1};
    tracer by{context.get_executor(), how};
    std::optional<trace> seen;
    std::thread{[&] {
        asio::co_spawn(
            context, [&]() -> task<void> { seen = co_await trace_of(by, program("hello")); }, asio::detached);
        context.run_for(live_limit);
    }}.join();
    REQUIRE(seen.has_value());
    CHECK(seen->end.known);
    CHECK(seen->end.status == 0);
    CHECK_FALSE(seen->output.empty());
}

TEST_CASE("a thread may use a tracer after the thread that constructed the tracer has ended", "[executors][side]")
{
    auto const how = GENERATE(waiting::signalfd, waiting::io_uring);
    asio::io_context context{1};
    std::optional<tracer> by;
    std::thread{[&] { by.emplace(context.get_executor(), how); }}.join();
    std::optional<trace> seen;
    asio::co_spawn(
        context, [&]() -> task<void> { seen = co_await trace_of(*by, program("hello")); }, asio::detached);
    CHECK(run_until(context, [&] { return seen.has_value(); }));
}

TEST_CASE("a tracer that no thread used may be destroyed on any thread", "[executors]")
{
    asio::io_context context{1};
    std::optional<tracer> by{std::in_place, context.get_executor()};
    std::thread{[&] { by.reset(); }}.join();
    CHECK_FALSE(by.has_value());
}

TEST_CASE("destroying a tracer after its thread has ended kills and reaps the processes that it launched", "[executors]")
{
    asio::io_context context{1};
    std::optional<tracer> by{std::in_place, context.get_executor()};
    std::optional<session> target;
    std::thread{[&] {
        begin_launch(context.get_executor(), *by, program("spins"), {}, target);
        run_until(context, [&] { return target.has_value(); });
    }}.join();
    REQUIRE(target.has_value());
    auto const root = target->root();
    by.reset();
    CHECK_FALSE(exists(root));
    while (target->try_next()) {
    }
}

// Tests of the executor that is associated with a handler.

TEST_CASE("a launch, an attach and a close are outstanding work of the executor that is associated with their handler",
          "[executors]")
{
    auto const which = GENERATE(0, 1, 2);
    asio::io_context context{1};
    asio::io_context other{1};
    tracer by{context.get_executor()};
    bool called = false;
    auto const handler = [&] { return asio::bind_executor(other, [&](auto const&...) { called = true; }); };
    if (which == 0)
        by.async_launch(quiet(program("nothing")), session_options{}, handler());
    else if (which == 1)
        by.async_attach(pid{::getpid()}, session_options{}, handler());
    else
        by.async_close(handler());
    other.poll();
    CHECK_FALSE(other.stopped());
    CHECK(run_until(context, [&] {
        other.poll();
        return called;
    }));
    other.poll();
    CHECK(other.stopped());
}

TEST_CASE("async_wait calls its handler on the associated executor, also if another thread runs this executor", "[executors]")
{
    asio::io_context context{1};
    asio::io_context other{1};
    auto const work = asio::make_work_guard(other);
    auto const own_work = asio::make_work_guard(context);   // without work, `run_until` returns before the handler has run
    std::thread runner{[&] { other.run(); }};
    tracer by{context.get_executor()};
    std::optional<session> target;
    begin_launch(context.get_executor(), by, program("spins"), session_options{}.without_records(), target);
    REQUIRE(run_until(context, [&] { return target.has_value(); }));

    std::thread::id where{};
    error_code how;
    thread_exited end;
    std::atomic<bool> called = false;
    auto const handler = [&](error_code ec, thread_exited got) {
        where = std::this_thread::get_id();
        how = ec;
        end = got;
        called = true;
        asio::post(context, [] {});   // wakes `run_until`
    };
    auto const wait = [&](auto abort) {
        called = false;
        asio::cancellation_signal stop;
        target->async_wait(asio::bind_cancellation_slot(stop.slot(), asio::bind_executor(other, handler)));
        abort(stop);
        REQUIRE(run_until(context, [&] { return called.load(); }));
        CHECK(where == runner.get_id());
    };
    wait([&](auto& stop) { asio::post(other, [&] { stop.emit(asio::cancellation_type::total); }); });
    CHECK(how == asio::error::operation_aborted);
    wait([&](auto&) { target->cancel(); });
    CHECK(how == asio::error::operation_aborted);
    wait([&](auto&) { CHECK(target->kill()); });
    CHECK_FALSE(how);
    CHECK(end.status == SIGKILL);
    wait([&](auto&) {});   // the session has ended before the wait begins
    CHECK_FALSE(how);
    CHECK(end.status == SIGKILL);
    other.stop();
    runner.join();
}

// Tests of executors that several threads run.

TEST_CASE("operations under way end with wrong_thread when a second thread runs the executor", "[executors]")
{
    asio::io_context context{1};
    tracer by{context.get_executor()};
    std::optional<session> target;
    pending_operations waits;
    std::atomic<bool> ended = false, checked = false;
    std::thread owner{[&] {
        begin_launch(context.get_executor(), by, program("spins"), {}, target);
        run_until(context, [&] { return target.has_value(); });
        waits.begin(*target);
        context.poll();
        std::thread{[&] { run_until(context, [&] { return waits.ended(); }); }}.join();
        ended = true;
        ended.notify_all();
        checked.wait(false);
    }};
    ended.wait(false);
    CHECK(waits.ended());
    CHECK(waits.next == error_code{errc::wrong_thread});
    CHECK(waits.wait == error_code{errc::wrong_thread});
    CHECK(lives(target->root()));   // the traced process lives until the thread that traces it ends
    checked = true;
    checked.notify_all();
    owner.join();
    CHECK(becomes_true([&] { return !lives(target->root()); }));
}

TEST_CASE("a thread that starts after the tracer's thread has ended is another thread, also if it has the same std::thread::id",
          "[executors]")
{
    bool const attached = GENERATE(false, true);
    asio::io_context context{1};
    asio::io_context talk{1};
    started guest{talk.get_executor(), program("spins")};
    std::optional<tracer> by{std::in_place, context.get_executor()};
    std::optional<session> target;
    std::thread{[&] {
        if (attached)
            by->async_attach(guest.id(), [&](error_code, session made) { target.emplace(std::move(made)); });
        else
            begin_launch(context.get_executor(), *by, program("spins"), {}, target);
        run_until(context, [&] { return target.has_value(); });
    }}.join();
    REQUIRE(target.has_value());
    // glibc gives the next thread the stack of the thread that has ended, and with it the std::thread::id.
    pending_operations waits;
    std::thread{[&] {
        waits.begin(*target);
        CHECK(run_until(context, [&] { return waits.ended(); }));
    }}.join();
    CHECK(waits.wait == error_code{errc::wrong_thread});
    std::thread{[&] { CHECK(target->kill().error() == errc::wrong_thread); }}.join();
    target.reset();
    by.reset();
    CHECK(lives(guest.id()));   // if the guest was attached, the kernel detached it when the tracer's thread ended
}

TEST_CASE("a launch under way ends with wrong_thread when a second thread runs the executor", "[executors]")
{
    asio::io_context context{1};
    std::optional<tracer> by{std::in_place, context.get_executor()};
    std::optional<result<session, failure>> tried;
    auto const before = children();
    asio::co_spawn(
        context, [&]() -> task<void> { tried = co_await result_of(by->async_launch(quiet(program("hello")), use_tuple)); },
        asio::detached);
    while (children().size() == before.size() && context.run_one() != 0) {
    }
    REQUIRE_FALSE(tried.has_value());
    std::thread{[&] { run_until(context, [&] { return tried.has_value(); }); }}.join();
    REQUIRE(tried.has_value());
    REQUIRE(tried->has_error());
    CHECK(tried->error().code == errc::wrong_thread);
    by.reset();
    CHECK(children() == before);   // no launched process is left
    auto const text = tried->error().message();
    CHECK(text.find("run the executor with one thread") != text.npos);
    CHECK(text.find("tracer_pool") != text.npos);
    // Other tests in this file check that these parts of the message are true.
    CHECK(text.find("when the tracer's thread ends, the kernel detaches the traced processes") != text.npos);
    CHECK(text.find("and kills those that were launched without outlive_tracer") != text.npos);
}

TEST_CASE("an attach under way ends with wrong_thread when a second thread runs the executor", "[executors]")
{
    asio::io_context context{1};
    asio::io_context talk{1};
    started guest{talk.get_executor(), program("reads_line")};
    CHECK(ends_within(live_limit, [&]() -> task<void> { co_await until([&] { return state_of(guest.leader()) == 'S'; }); }));
    tracer by{context.get_executor()};
    std::optional<result<session, failure>> tried;
    std::thread{[&] {
        asio::co_spawn(
            context, [&]() -> task<void> { tried = co_await result_of(by.async_attach(guest.id(), use_tuple)); }, asio::detached);
        while (tracer_of(guest.leader()) == tid{} && context.run_one() != 0) {
        }
        if (!tried)
            std::thread{[&] { run_until(context, [&] { return tried.has_value(); }); }}.join();
    }}.join();
    REQUIRE(tried.has_value());
    REQUIRE(tried->has_error());
    CHECK(tried->error().code == errc::wrong_thread);
    // The guest is no longer traced, because the tracing thread has ended.
    CHECK(becomes_true([&] { return tracer_of(guest.leader()) == tid{}; }));
    CHECK(lives(guest.id()));
}

TEST_CASE("a launch or an attach on a second thread ends with wrong_thread", "[executors]")
{
    bool const attaches = GENERATE(false, true);
    asio::io_context context{1};
    tracer by{context.get_executor()};
    std::optional<session> target;
    begin_launch(context.get_executor(), by, program("spins"), {}, target);
    REQUIRE(run_until(context, [&] { return target.has_value(); }));
    std::optional<result<session, failure>> tried;
    auto const attempt = [&]() -> task<void> {
        if (attaches)
            tried = co_await result_of(by.async_attach(pid{1}, use_tuple));
        else
            tried = co_await result_of(by.async_launch(quiet(program("hello")), use_tuple));
    };
    asio::co_spawn(context, attempt(), asio::detached);
    std::thread{[&] { run_until(context, [&] { return tried.has_value(); }); }}.join();
    REQUIRE(tried.has_value());
    REQUIRE(tried->has_error());
    CHECK(tried->error().code == errc::wrong_thread);
}

TEST_CASE(
    "when three threads run the context of a tracer, with or without a strand, the tracer's operations end with wrong_thread",
    "[executors]")
{
    bool const in_strand = GENERATE(true, false);
    for (int round = 0; round < 10; ++round) {
        asio::io_context context{3};
        asio::any_io_executor executor = context.get_executor();
        if (in_strand)
            executor = asio::make_strand(context);
        tracer by{executor};
        std::atomic<bool> ended = false;
        error_code how;
        auto const body = [&]() -> task<void> {
            auto made = co_await result_of(by.async_launch(quiet(program("calls_busily")), use_tuple));
            if (!made) {
                how = made.error().code;
                co_return;
            }
            session target = std::move(made).value();
            for (bool more = true; more;) {
                auto const [ec, got] = co_await target.async_next(use_tuple);
                how = ec;
                more = !ec && got.has_value();
            }
        };
        asio::co_spawn(executor, body(), [&](std::exception_ptr thrown) {
            if (!thrown)
                ended = true;
        });
        std::vector<std::thread> all;
        for (int i = 0; i < 3; ++i)
            all.emplace_back([&] { run_until(context, [&] { return ended.load(); }); });
        bool const done = becomes_true([&] { return ended.load(); });
        context.stop();
        for (auto& each : all)
            each.join();
        REQUIRE(done);
        CHECK(how == errc::wrong_thread);
    }
}

LIVE_TEST("a handler of a pooled session or of a session may be bound to a strand of an any_io_executor", "[executors][pool]")
{
    auto const strand = asio::make_strand(asio::any_io_executor{co_await asio::this_coro::executor});
    tracer by{co_await asio::this_coro::executor};
    tracer_pool pool{1};
    auto one = co_await launched(by, program("exits", "3"), session_options{}.without_records());
    auto other = co_await launched(pool, program("exits", "4"), session_options{}.without_records());
    int sum = 0, ends = 0;
    auto const note = [&](error_code, thread_exited const& end) {
        sum += end.status;
        ++ends;
    };
    one.async_wait(asio::bind_executor(strand, note));
    other.async_wait(asio::bind_executor(strand, note));
    co_await until([&] { return ends == 2; });
    CHECK(sum == 7);
}

static_assert(std::is_constructible_v<tracer, asio::io_context::executor_type>);
static_assert(std::is_constructible_v<tracer, asio::strand<asio::io_context::executor_type>>);
static_assert(std::is_constructible_v<tracer, asio::any_io_executor>);
static_assert(!std::is_constructible_v<tracer, asio::thread_pool::executor_type>);
static_assert(!std::is_constructible_v<tracer, asio::strand<asio::thread_pool::executor_type>>);
static_assert(!std::is_constructible_v<tracer, asio::system_executor>);

TEST_CASE("the constructor rejects an any_io_executor that holds an executor of a thread pool", "[executors]")
{
    asio::thread_pool pool{2};
    auto const refuses = [](asio::any_io_executor executor) {
        try {
            tracer by{std::move(executor)};
        } catch (boost::system::system_error const& thrown) {
            return thrown.code() == errc::wrong_thread;
        }
        return false;
    };
    CHECK(refuses(pool.get_executor()));
    CHECK(refuses(asio::require(pool.get_executor(), asio::execution::blocking.never)));
    CHECK(refuses(asio::make_strand(pool)));
    CHECK(refuses(asio::make_strand(asio::any_io_executor{pool.get_executor()})));
    CHECK(refuses(asio::system_executor{}));
}

}   // namespace executors_tests
