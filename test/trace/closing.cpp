// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/event_loop.hpp"
#include "support/live_test.hpp"
#include "support/ready_guests.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <csignal>
#include <cstdint>
#include <optional>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

namespace closing_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

task<error_code> closed(tracer& by)
{
    auto const [ec] = co_await by.async_close(use_tuple);
    co_return ec;
}

enum class end_of_tracer : std::uint8_t { close, destructor, context };

/// A tracer with a launch or an attach that is under way.
struct operation_under_way {
    std::optional<asio::io_context> context{std::in_place, 1};
    std::optional<tracer> by{std::in_place, context->get_executor()};
    std::optional<error_code> got;
    session made;

    auto handler()
    {
        return [this](error_code ec, session target) {
            got = ec;
            made = std::move(target);
        };
    }

    /// Runs handlers of the context until the operation has completed, but at most `functions` handlers.
    void run(int functions)
    {
        for (; functions > 0 && !got; --functions)
            context->run_one_for(live_limit);
    }

    void end(end_of_tracer how)
    {
        bool closed = how != end_of_tracer::close;
        if (how == end_of_tracer::close)
            by->async_close([&](error_code ec) { closed = !ec; });
        if (how == end_of_tracer::destructor)
            by.reset();
        if (how == end_of_tracer::context)
            context.reset();
        else
            CHECK(run_until(*context, [&] { return closed && got.has_value(); }));
    }

    /// Returns false if the operation succeeded before `async_close`, which does not take back a posted success. Otherwise checks
    /// the error, and returns true.
    bool failed(end_of_tracer how) const
    {
        if (got && how == end_of_tracer::close && !*got)
            return false;
        CHECK(got.has_value() == (how != end_of_tracer::context));
        CHECK((!got || (*got == errc::tracer_closed && made.why().code == *got)));
        return true;
    }
};

}   // namespace

// Tests of closing or destroying a tracer.

TEST_CASE("async_close kills a launched process, and the records can be read afterwards", "[closing]")
{
    auto const how = GENERATE(tracing::ptrace, tracing::notification);
    run_for(live_limit, [&]() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        session_options options;
        options.how = how;
        auto target = co_await launched(by, program("calls_busily"), options);
        co_await read_until(target, [](record const& each) { return !std::holds_alternative<thread_started>(each.what); });
        auto const ec = co_await closed(by);
        CHECK_FALSE(ec);
        CHECK_FALSE(exists(target.root()));
        auto const rest = co_await drain(target);
        CHECK(count<thread_exited>(rest) == 1);
        CHECK(target.kill().error() == errc::session_ended);
    });
}

LIVE_TEST("async_close detaches from an attached process", "[closing]")
{
    auto [guest, by, target] = co_await ready_attached(program("calls_busily"));
    auto const ec = co_await closed(by);
    CHECK_FALSE(ec);
    CHECK(tracer_of(guest.leader()) == tid{});
    guest.signal(SIGUSR1);
    co_await check_rest(guest, "wrong 0\n");
}

LIVE_TEST("while async_close waits, the executor runs other work", "[closing][vfork]")
{
    auto const ex = co_await asio::this_coro::executor;
    auto guest = co_await ready_untraced(program("wakes_vfork"), 'D');
    tracer by{ex};
    auto target = co_await by.async_attach(guest.id());
    // The tracer cannot detach from the parent of the vfork(2) before the child ends.
    bool input_closed = false;
    std::optional<bool> closed_before_completion;
    by.async_close([&](error_code) { closed_before_completion = input_closed; });
    asio::post(ex, [&] {
        input_closed = true;
        guest.close_input();
    });
    co_await until([&] { return closed_before_completion.has_value(); });
    CHECK(closed_before_completion == true);
    co_await check_rest(guest, "the child exited 18\n");
}

LIVE_TEST("async_close gives an error when it cannot detach from a process within its time limit", "[closing][vfork]")
{
    auto [guest, by, target] = co_await ready_attached(program("wakes_vfork"), 'D');
    auto const ec = co_await closed(by);
    CHECK(ec == errc::not_stopped);
    auto const [end, unused] = co_await target.async_wait(use_tuple);
    CHECK_FALSE(end);
}

LIVE_TEST("a tracer that was closed starts no session", "[closing]")
{
    tracer by{co_await asio::this_coro::executor};
    auto const first = co_await closed(by);
    auto const second = co_await closed(by);
    CHECK_FALSE(first);
    CHECK_FALSE(second);
    auto const launched = co_await result_of(by.async_launch(quiet(program("hello")), use_tuple));
    REQUIRE(launched.has_error());
    CHECK(launched.error().code == errc::tracer_closed);
    auto const attached = co_await result_of(by.async_attach(pid{1}, use_tuple));
    REQUIRE(attached.has_error());
    CHECK(attached.error().code == errc::tracer_closed);
}

LIVE_TEST("async_close ends a launch that is under way", "[closing]")
{
    auto const ex = co_await asio::this_coro::executor;
    auto const before = children();
    tracer by{ex};
    std::optional<bool> got_session;
    by.async_launch(quiet(program("calls_busily")), session_options{}, [&](error_code ec, session) { got_session = !ec; });
    co_await until([&] { return children().size() != before.size(); });
    auto const ec = co_await closed(by);
    CHECK_FALSE(ec);
    co_await until([&] { return got_session.has_value(); });
    CHECK(children() == before);
}

TEST_CASE("a tracer that is closed or destroyed during a launch leaves no process, even with ending::detach", "[closing]")
{
    auto const how = GENERATE(end_of_tracer::close, end_of_tracer::destructor, end_of_tracer::context);
    auto const before = children();
    for (int functions = 0;; ++functions) {
        INFO(functions);
        operation_under_way launch;
        launch.by->async_launch(quiet(program("spins")), session_options{}.with_end(ending::detach), launch.handler());
        launch.run(functions);
        if (launch.got) {   // the launch completed before the end of the tracer
            CHECK(launch.made.kill());
            break;
        }
        launch.end(how);
        if (!launch.failed(how)) {
            auto const root = raw(launch.made.root());
            ::kill(root, SIGKILL);
            ::waitpid(root, nullptr, 0);
        }
        REQUIRE(children() == before);
    }
}

TEST_CASE("a tracer that is closed or destroyed during an attach detaches from the process, even with ending::kill", "[closing]")
{
    auto const how = GENERATE(end_of_tracer::close, end_of_tracer::destructor, end_of_tracer::context);
    asio::io_context talk{1};
    started guest{talk.get_executor(), program("reads_line")};
    CHECK(ends_within(live_limit, [&]() -> task<void> { co_await until([&] { return state_of(guest.leader()) == 'S'; }); }));
    for (int functions = 0;; ++functions) {
        INFO(functions);
        operation_under_way attach;
        attach.by->async_attach(guest.id(), session_options{}.with_end(ending::kill), attach.handler());
        attach.run(functions);
        if (attach.got) {   // the attach completed before the end of the tracer
            CHECK(attach.made.detach());
            break;
        }
        attach.end(how);
        if (!attach.failed(how))   // the attach succeeded, and then `ending::kill` killed the guest
            break;
        REQUIRE(tracer_of(guest.leader()) == tid{});
        REQUIRE(lives(guest.id()));
    }
}

LIVE_TEST("the destructor of a tracer returns although a subject cannot stop, and the subject stays traced", "[closing][vfork]")
{
    auto guest = co_await ready_untraced(program("wakes_vfork"), 'D');
    char state = '?';
    bool is_traced = false;
    std::thread{[&] {
        CHECK(ends_within(live_limit, [&]() -> task<void> {
            std::optional<tracer> by{std::in_place, co_await asio::this_coro::executor};
            auto const target = co_await by->async_attach(guest.id());
            by.reset();
            state = state_of(guest.leader());
            is_traced = tracer_of(guest.leader()) == tid{::gettid()};
        }));
    }}.join();
    CHECK(state == 'D');   // the subject could not stop before the destructor returned
    CHECK(is_traced);
    // The kernel detaches the guest when the tracer's thread ends.
    co_await until([&] { return tracer_of(guest.leader()) == tid{}; });
    guest.close_input();
    co_await check_rest(guest, "the child exited 18\n");
}

TEST_CASE("two pending calls of async_close do not keep the event loop busy", "[closing][vfork]")
{
    asio::io_context context{1};
    started guest{context.get_executor(), program("wakes_vfork")};
    tracer by{context.get_executor()};
    std::optional<session> target;
    asio::co_spawn(
        context,
        [&]() -> task<void> {
            co_await guest.line();
            co_await until([&] { return state_of(guest.leader()) == 'D'; });
            target.emplace(co_await by.async_attach(guest.id()));
        },
        asio::detached);
    REQUIRE(run_until(context, [&] { return target.has_value(); }));
    int completed = 0;
    for (int i = 0; i < 2; ++i)
        by.async_close([&](error_code) { ++completed; });
    int functions = 0;
    while (functions < 1000 && context.poll_one() != 0)
        ++functions;
    CHECK(functions < 1000);
    guest.close_input();
    CHECK(run_until(context, [&] { return completed == 2; }));
}

TEST_CASE("async_close completes even if the tracer is closed again or destroyed before the completion", "[closing]")
{
    bool const by_destructor = GENERATE(false, true);
    for (int functions = 0; functions < 10; ++functions) {
        INFO(functions);
        asio::io_context context{1};
        std::optional<tracer> by{std::in_place, context.get_executor()};
        std::optional<session> target;
        begin_launch(context.get_executor(), *by, program("spins"), {}, target);
        REQUIRE(run_until(context, [&] { return target.has_value(); }));
        int completed = 0;
        auto const handler = [&](error_code) { ++completed; };
        by->async_close(handler);
        for (int i = 0; i < functions && completed == 0; ++i)
            context.run_one_for(live_limit);
        if (by_destructor) {
            by.reset();
        } else {
            by->async_close(handler);
            CHECK(run_until(context, [&] { return completed != 0; }));
        }
        context.poll();   // this runs the handlers that are ready, without waiting
        CHECK(completed == (by_destructor ? 1 : 2));
    }
}

LIVE_TEST("async_close cancels an interceptor that waits", "[closing][intercept]")
{
    auto const ex = co_await asio::this_coro::executor;
    bool waits = false;
    auto keeper = std::make_shared<scripted>(SYS_getppid);
    keeper->entry = [&](intercepted, syscall_call const&) -> task<verdict> {
        waits = true;
        asio::steady_timer never{co_await asio::this_coro::executor, 1h};
        co_await never.async_wait(asio::use_awaitable);
        co_return proceed{};
    };
    tracer by{ex};
    auto target = co_await launched(by, program("calls_busily"), with(std::move(keeper)));
    co_await until([&] { return waits; });
    auto const ec = co_await closed(by);
    CHECK_FALSE(ec);
    CHECK_FALSE(exists(target.root()));
}

LIVE_TEST("a tracer may be destroyed while async_close waits", "[closing][vfork]")
{
    auto const ex = co_await asio::this_coro::executor;
    auto guest = co_await ready_untraced(program("wakes_vfork"), 'D');
    std::optional<tracer> by{std::in_place, ex};
    auto target = co_await by->async_attach(guest.id());
    bool completed = false;
    by->async_close([&](error_code) { completed = true; });
    by.reset();
    co_await until([&] { return completed; });
}

// Tests of interceptors that use their own session.

LIVE_TEST("an interceptor can read the label and the number of its session", "[closing][intercept]")
{
    tracer by{co_await asio::this_coro::executor};
    session_identity seen;
    auto asker = std::make_shared<scripted>(SYS_getppid);
    asker->entry = [&](intercepted at, syscall_call const&) -> task<verdict> {
        seen = at.session.identity();
        co_return proceed{};
    };
    auto const done = co_await trace_of(by, program("two_threads_call"), with(std::move(asker)).with_label("the build"));
    REQUIRE(!done.records.empty());
    CHECK(seen.label == "the build");
    CHECK(seen.number == done.records.front().session->number);
}

TEST_CASE("an interceptor can kill the processes of its session", "[closing][intercept]")
{
    auto const how = GENERATE(tracing::ptrace, tracing::notification);
    run_for(live_limit, [&]() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        std::optional<result<void>> answer;
        auto killer = std::make_shared<scripted>(SYS_getppid);
        killer->entry = [&](intercepted at, syscall_call const&) -> task<verdict> {
            answer = at.session.kill();
            co_return proceed{};
        };
        auto options = with(std::move(killer));
        options.how = how;
        auto const done = co_await trace_of(by, program("calls_busily"), options);
        REQUIRE(answer.has_value());
        CHECK(answer->has_value());
        CHECK(done.end.killed);
        CHECK(done.end.status == SIGKILL);
    });
}

LIVE_TEST("an interceptor can make its session detach", "[closing][intercept]")
{
    auto guest = co_await ready_untraced(program("calls_busily"));
    tracer by{co_await asio::this_coro::executor};
    std::optional<result<void>> answer;
    session_reference kept;
    auto releaser = std::make_shared<scripted>(SYS_getppid);
    releaser->entry = [&](intercepted at, syscall_call const&) -> task<verdict> {
        kept = at.session;
        answer = at.session.detach();
        co_return proceed{};
    };
    auto target = co_await by.async_attach(guest.id(), with(std::move(releaser)));
    auto const records = co_await drain(target);
    REQUIRE(answer.has_value());
    CHECK(answer->has_value());
    CHECK(count<detached>(records) == 1);
    CHECK(tracer_of(guest.leader()) == tid{});
    CHECK(kept.kill().error() == errc::session_ended);
    guest.signal(SIGUSR1);
    co_await check_rest(guest, "wrong 0\n");
}

TEST_CASE("a session_reference may be used after its session has ended", "[closing][intercept]")
{
    session_reference kept;
    CHECK(kept.kill().error() == errc::session_ended);
    run_for(live_limit, [&]() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto asker = std::make_shared<scripted>(SYS_getppid);
        asker->entry = [&](intercepted at, syscall_call const&) -> task<verdict> {
            kept = at.session;
            co_return proceed{};
        };
        co_await trace_of(by, program("two_threads_call"), with(std::move(asker)));
    });
    CHECK(kept.identity().number == 0);
    CHECK(kept.kill().error() == errc::session_ended);
    CHECK(kept.detach().error() == errc::session_ended);
}

}   // namespace closing_tests
