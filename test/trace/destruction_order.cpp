// SPDX-License-Identifier: BSL-1.0
// Tests of the orders in which sessions, tracers and execution contexts may be destroyed, also inside callbacks.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/event_loop.hpp"
#include "support/live_test.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace destruction_order_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

// Tests that destroy a context before the tracers and sessions that use it.

namespace {

/// The test destroys these objects in an order of its own.
struct launched_guest {
    std::optional<asio::io_context> context{std::in_place, 1};
    std::optional<tracer> by{std::in_place, context->get_executor()};
    std::optional<session> target;

    explicit launched_guest(tracing how)
    {
        session_options options;
        options.how = how;
        begin_launch(context->get_executor(), *by, program("spins"), options, target);
        REQUIRE(run_until(*context, [&] { return target.has_value(); }));
    }
};

}   // namespace

TEST_CASE("a tracer and its sessions may be destroyed after their context", "[destruction_order]")
{
    auto const how = GENERATE(tracing::ptrace, tracing::notification);
    bool const session_first = GENERATE(true, false);
    launched_guest all{how};
    auto& [context, by, target] = all;
    auto const root = target->root();
    pending_operations waits;
    waits.begin(*target);
    context->poll();
    context.reset();
    CHECK_FALSE(exists(root));   // the destruction of the context ended the tracer
    while (target->try_next()) {
    }
    CHECK(target->root() == root);
    CHECK(target->detach().error() == errc::session_ended);
    if (session_first)
        target.reset();
    by.reset();
}

TEST_CASE("a tracer, its context and its session may be destroyed in this order", "[destruction_order]")
{
    auto const how = GENERATE(tracing::ptrace, tracing::notification);
    launched_guest all{how};
    auto& [context, by, target] = all;
    by.reset();
    context.reset();
    CHECK_FALSE(exists(target->root()));
    target.reset();
}

TEST_CASE("an attached process runs on when the context is destroyed before the tracer", "[destruction_order]")
{
    asio::io_context talk{1};
    started guest{talk.get_executor(), program("reads_line")};
    std::optional<asio::io_context> context{std::in_place, 1};
    tracer by{context->get_executor()};
    std::optional<session> target;
    asio::co_spawn(
        *context, [&]() -> task<void> { target.emplace(co_await by.async_attach(guest.id())); }, asio::detached);
    REQUIRE(run_until(*context, [&] { return target.has_value(); }));
    context.reset();
    CHECK(tracer_of(guest.leader()) == tid{});
    CHECK(lives(guest.id()));
}

TEST_CASE("a context may be destroyed in the middle of a launch", "[destruction_order]")
{
    auto const before = children();
    std::optional<asio::io_context> context{std::in_place, 1};
    tracer by{context->get_executor()};
    std::optional<session> target;
    begin_launch(context->get_executor(), by, program("spins"), {}, target);
    while (children().size() == before.size() && context->run_one() != 0) {
    }
    REQUIRE_FALSE(target.has_value());
    context.reset();
    CHECK(children() == before);
}

// Tests that destroy a session or a tracer inside one of its own callbacks.

namespace {

enum class dropped : std::uint8_t { the_session, the_tracer };
enum class where : std::uint8_t { entry, exit, signal };

/// A tracer and its session. A callback of a test destroys one of the two with `drop`.
struct dropping {
    asio::io_context context{1};
    std::optional<tracer> by{std::in_place, context.get_executor()};
    std::optional<session> target;
    conversation talk{context.get_executor()};
    bool asked = false;

    void drop(dropped what)
    {
        asked = true;
        if (what == dropped::the_session)
            target.reset();
        else
            by.reset();
    }

    /// Launches `what` with pipes to `talk` as its standard input and output. Returns when the launch has completed.
    void launch(command what, session_options options)
    {
        what.redirects = talk.redirects();
        asio::co_spawn(
            context,
            [&]() -> task<void> {
                target.emplace(co_await by->async_launch(what, options));
                talk.begin();
            },
            asio::detached);
        REQUIRE(run_until(context, [&] { return target.has_value(); }));
    }

    /// Runs the context until the process `root` has ended. Returns false if `live_limit` passes first.
    bool sees_end_of(pid root)
    {
        return ends_within(live_limit, [&]() -> task<void> {
            co_await until([&] {
                context.restart();
                context.poll();
                return !lives(root);
            });
        });
    }

    /// Lets the guest end, and checks that the callback was called. Then destroys the tracer and the session.
    void check_end()
    {
        auto const root = target->root();
        talk.close_input();
        CHECK(run_until(context, [&] { return asked; }));
        REQUIRE(asked);
        CHECK(sees_end_of(root));
        by.reset();
        target.reset();
    }

    std::shared_ptr<scripted> interceptor_for(dropped what, where place)
    {
        auto made = std::make_shared<scripted>(place == where::signal ? -2 : SYS_getuid);
        if (place == where::entry)
            made->entry = [=, this](intercepted, syscall_call const&) -> task<verdict> {
                drop(what);
                co_return proceed{};
            };
        if (place == where::exit)
            made->exit = [=, this](intercepted, syscall_call const&, syscall_outcome) -> task<verdict> {
                drop(what);
                co_return proceed{};
            };
        made->signal = SIGUSR1;
        made->arrival = [=, this](intercepted, siginfo_t const&) -> task<signal_verdict> {
            drop(what);
            co_return proceed{};
        };
        return made;
    }
};

}   // namespace

TEST_CASE("an interceptor may destroy its session or its tracer", "[destruction_order]")
{
    auto const how = GENERATE(tracing::ptrace, tracing::notification);
    auto const what = GENERATE(dropped::the_session, dropped::the_tracer);
    auto const place = GENERATE(where::entry, where::exit, where::signal);
    auto const end = GENERATE(ending::kill, ending::detach);
    if (how == tracing::notification && (place != where::entry || end != ending::kill))
        return;   // a session that traces by notification sees call entries only, and cannot detach
    dropping all;
    auto options = with(all.interceptor_for(what, place)).with_end(end);
    options.how = how;
    all.launch(program("calls_when_told", "5"), options);
    auto const root = all.target->root();
    if (place == where::signal)
        must(::kill(raw(root), SIGUSR1));
    else
        all.talk.close_input();
    CHECK(run_until(all.context, [&] { return all.asked; }));
    REQUIRE(all.asked);
    all.talk.close_input();
    CHECK_NOTHROW(all.context.run_for(0ms));
    CHECK(all.sees_end_of(root));
    all.by.reset();
    all.target.reset();
}

TEST_CASE("the predicate `limits::when` may destroy its session or its tracer, or detach", "[destruction_order]")
{
    enum class deed : std::uint8_t { destroys_session, destroys_tracer, detaches };
    auto const does = GENERATE(deed::destroys_session, deed::destroys_tracer, deed::detaches);
    bool const at_end = GENERATE(false, true);
    bool const is_last = GENERATE(false, true);
    dropping all;
    session_options options;
    options.stop_after.when = [&](record const& seen) {
        bool const is_wanted =
            at_end ? std::holds_alternative<thread_exited>(seen.what) : std::holds_alternative<syscall_exited>(seen.what);
        if (!is_wanted || all.asked || !all.target)
            return false;
        if (does == deed::detaches) {
            all.asked = true;
            (void)all.target->detach();
        } else {
            all.drop(does == deed::destroys_session ? dropped::the_session : dropped::the_tracer);
        }
        return is_last;
    };
    all.launch(program("calls_when_told", "5"), options);
    all.check_end();
}

namespace {

/// An interceptor that wants nothing. Its `wants` functions call `found` for each getuid(2), or for each signal if
/// `about_signals` is true.
struct calls_back final : interceptor {
    calls_back(bool about_signals, std::function<void()> found)
        : about_signals_{about_signals}
        , found_{std::move(found)}
    {
    }

    bool wants(syscall_call const& call) const noexcept override
    {
        if (!about_signals_ && call.number == SYS_getuid)
            found_();
        return false;
    }
    bool wants(siginfo_t const&) const noexcept override
    {
        if (about_signals_)
            found_();
        return false;
    }

private:
    bool about_signals_;
    std::function<void()> found_;
};

}   // namespace

TEST_CASE("`interceptor::wants` may destroy its tracer", "[destruction_order]")
{
    bool const about_signals = GENERATE(false, true);
    dropping all;
    all.launch(program("calls_when_told", "5"),
               with(std::make_shared<calls_back>(about_signals, [&] { all.drop(dropped::the_tracer); })));
    if (about_signals)
        must(::kill(raw(all.target->root()), SIGUSR1));
    all.check_end();
}

namespace {

/// An interceptor that calls the function `ended` at the end of each thread of its session.
struct calls_at_end final : interceptor {
    explicit calls_at_end(std::function<void()> ended)
        : ended_{std::move(ended)}
    {
    }

    bool wants(syscall_call const&) const noexcept override { return false; }
    void on_end(tid) noexcept override { ended_(); }

private:
    std::function<void()> ended_;
};

}   // namespace

TEST_CASE("`interceptor::on_end` may destroy its session or its tracer", "[destruction_order]")
{
    auto const what = GENERATE(dropped::the_session, dropped::the_tracer);
    dropping all;
    all.launch(program("calls_when_told", "5"), with(std::make_shared<calls_at_end>([&] { all.drop(what); })));
    all.check_end();
}

TEST_CASE("a condition of `session_options::matching` may destroy its session or its tracer", "[destruction_order]")
{
    auto const what = GENERATE(dropped::the_session, dropped::the_tracer);
    dropping all;
    session_options options;
    options.matching = call("getuid").where([&](syscall_call const&) {
        if (all.target && !all.asked)
            all.drop(what);
        return true;
    });
    all.launch(program("calls_when_told", "5"), options);
    all.check_end();
}

TEST_CASE("an interceptor may wait first, and then destroy its session or its tracer", "[destruction_order]")
{
    auto const how = GENERATE(tracing::ptrace, tracing::notification);
    auto const what = GENERATE(dropped::the_session, dropped::the_tracer);
    dropping all;
    auto made = std::make_shared<scripted>(SYS_getuid);
    made->entry = [&](intercepted, syscall_call const&) -> task<verdict> {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        all.drop(what);
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        co_return proceed{};
    };
    auto options = with(std::move(made));
    options.how = how;
    begin_launch(all.context.get_executor(), *all.by, program("calls_when_told", "5"), options, all.target);
    CHECK(run_until(all.context, [&] { return all.asked; }));
    REQUIRE(all.asked);
    all.context.restart();
    CHECK_NOTHROW(all.context.poll());
    all.by.reset();
    all.target.reset();
}

}   // namespace destruction_order_tests
