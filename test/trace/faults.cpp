// SPDX-License-Identifier: BSL-1.0
// Mistakes of a program that uses the library. A mistake must not make the tracer hang, must not leak, and must not end attached
// processes.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/ready_guests.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <malloc.h>

namespace faults_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

session_options with_depth(std::size_t depth)
{
    session_options options;
    options.depth = depth;
    return options;
}

/// State that a test shares with its uncancellable interceptors, which ignore cancellation.
struct uncancellable_state {
    bool asked = false;   ///< an interceptor was asked about a call or a signal
    bool over = false;    ///< the test is over: interceptors stop waiting, so that the context runs out of work
};

/// Waits for the end of the test and ignores cancellation.
task<void> wait_uncancellably(std::shared_ptr<uncancellable_state> now)
{
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    now->asked = true;
    auto const is_over = [now] { return now->over; };   // GCC 12.2 destroys the closure twice if it is a temporary in a co_await
    co_await until(is_over);
}

std::shared_ptr<scripted> uncancellable_at_entry(long number, std::shared_ptr<uncancellable_state> const& now)
{
    auto made = std::make_shared<scripted>(number);
    made->entry = [now](intercepted, syscall_call const&) -> task<verdict> {
        co_await wait_uncancellably(now);
        co_return proceed{};
    };
    return made;
}

std::shared_ptr<scripted> uncancellable_at_exit(long number, std::shared_ptr<uncancellable_state> const& now)
{
    auto made = std::make_shared<scripted>(number);
    made->exit = [now](intercepted, syscall_call const&, syscall_outcome) -> task<verdict> {
        co_await wait_uncancellably(now);
        co_return proceed{};
    };
    return made;
}

std::shared_ptr<scripted> uncancellable_at_signal(int number, std::shared_ptr<uncancellable_state> const& now)
{
    auto made = std::make_shared<scripted>(-2);
    made->signal = number;
    made->arrival = [now](intercepted, siginfo_t const&) -> task<signal_verdict> {
        co_await wait_uncancellably(now);
        co_return proceed{};
    };
    return made;
}

/// A program to trace, and the condition at which a test ends the program's session.
struct moment {
    std::string name;
    command what;
    session_options options;
    std::function<bool(session&)> reached;
};

/// Moments at several kinds of stops, and in several states of a thread between two stops.
std::vector<moment> moments(std::shared_ptr<uncancellable_state> const& now)
{
    auto const at_once = [](session&) { return true; };
    auto const was_asked = [now](session&) { return now->asked; };
    auto const stands = [](session& of) { return state_of(leader(of.root())) == 't'; };
    auto const is = [](char state) { return [=](session& of) { return state_of(leader(of.root())) == state; }; };
    auto const saw = [](auto kind) {
        return [](session& of) {
            while (auto const next = of.try_next())
                if (std::holds_alternative<decltype(kind)>(next->what))
                    return true;
            return false;
        };
    };
    return {
        {"running", program("spins"), {}, is('R')},
        {"sleeping", program("sleeps", "100000"), {}, is('S')},
        {"calling", program("calls_busily"), {}, at_once},
        {"waiting for room", program("calls_busily"), with_depth(1), stands},
        {"waiting for room, with many threads", program("keeps_forking"), with_depth(2), stands},
        {"entry", program("asks_parent"), with(uncancellable_at_entry(SYS_getppid, now)), was_asked},
        {"exit", program("asks_parent"), with(uncancellable_at_exit(SYS_getppid, now)), was_asked},
        {"signal", program("signals_itself"), with(uncancellable_at_signal(SIGUSR1, now)), was_asked},
        {"exec", program("execs", guest("spins")), with(uncancellable_at_exit(SYS_execve, now)), was_asked},
        {"fork", program("forks"), with(uncancellable_at_exit(SYS_clone, now)), was_asked},
        {"exit of the group", program("exits", "3"), with(uncancellable_at_entry(SYS_exit_group, now)), was_asked},
        {"group-stop", program("stops_itself"), {}, saw(group_stopped{})},
        {"new thread", program("churns_threads"), {}, saw(thread_started{})},
        {"vfork", program("vforks_and_execs", guest("nothing")), {}, at_once},
        {"its end", program("nothing"), {}, saw(thread_exited{})},
    };
}

/// Runs `check` for each moment, with a session that kills its processes and with a session that detaches from them.
template <class Check>
void at_each_moment(Check check)
{
    for (auto const how : {ending::kill, ending::detach}) {
        auto const now = std::make_shared<uncancellable_state>();
        for (auto const& each : moments(now)) {
            INFO(each.name << (how == ending::kill ? ", killed" : ", let go"));
            *now = {};   // run_for has returned, so no coroutine uses `*now` any more
            run_for(live_limit, [&] { return check(each, how, now); });
        }
    }
}

}   // namespace

TEST_CASE("an exception that leaves a consumer ends the consumer's sessions", "[faults]")
{
    auto const before = children();
    bool thrown = false;
    try {
        ends_within(live_limit, []() -> task<void> {
            tracer by{co_await asio::this_coro::executor};
            auto target = co_await launched(by, program("calls_busily"));
            co_await target.async_next();
            throw std::runtime_error{"the consumer's"};
        });
    } catch (std::runtime_error const& what) {
        thrown = what.what() == std::string{"the consumer's"};
    }
    CHECK(thrown);
    CHECK(children() == before);
}

TEST_CASE("an exception that leaves the context's run() does no harm to a session", "[faults]")
{
    asio::io_context context{1};
    std::optional<trace> seen;
    asio::co_spawn(
        context, [&]() -> task<void> { seen = co_await trace_of(program("forks_many", "20", "4")); }, asio::detached);
    int thrown = 0;
    while (!seen) {
        asio::post(context, [] { throw 1; });
        try {
            context.run_for(live_limit);
            break;
        } catch (int) {
            ++thrown;
        }
    }
    CHECK(thrown > 0);
    REQUIRE(seen.has_value());
    CHECK(seen->output == "ended 20 sum 190\n");
}

LIVE_TEST("a process survives an interceptor that throws an object that is no std::exception", "[faults][intercept]")
{
    auto broken = std::make_shared<scripted>(SYS_write);
    broken->entry = [](intercepted, syscall_call const&) -> task<verdict> {
        throw 1;
        co_return proceed{};
    };
    auto const seen = co_await trace_of(program("hello"), with(broken));
    CHECK(seen.output == "hello\n");
    CHECK(count<trace_failed>(seen.records) == 1);
}

LIVE_TEST("a session ends although an interceptor for a dead thread ignores the cancellation", "[faults][intercept]")
{
    for (bool const at_exit : {false, true}) {
        auto const now = std::make_shared<uncancellable_state>();
        // An if statement replaces ?: here, because in a coroutine GCC 12.2 destroys the temporaries of both operands
        // of ?: twice.
        session_options options = with(uncancellable_at_entry(SYS_getppid, now));
        if (at_exit)
            options.interceptors.front() = uncancellable_at_exit(SYS_getppid, now);
        tracer by{co_await asio::this_coro::executor};
        auto target = co_await launched(by, program("asks_parent"), options);
        co_await until([&] { return now->asked; });
        must(::kill(raw(target.root()), SIGKILL));
        auto const seen = co_await drain(target);
        CHECK(end_of(seen, leader(target.root()))->status == SIGKILL);
        CHECK(count<trace_failed>(seen) == 0);
        now->over = true;
    }
}

LIVE_TEST("an interceptor that ignores cancellation does not delay a detach", "[faults][intercept][detach]")
{
    auto const ex = co_await asio::this_coro::executor;
    auto const now = std::make_shared<uncancellable_state>();
    tracer by{ex};
    conversation talk{ex};
    auto const options = with(uncancellable_at_entry(SYS_getppid, now));
    auto target = co_await launched(by, program("asks_parent"), talk, options);
    co_await until([&] { return now->asked; });
    CHECK(target.detach());
    auto const seen = co_await drain(target);
    CHECK(std::holds_alternative<detached>(seen.back().what));
    co_await check_rest(talk, "getppid the parent's errno 0\n");
    co_await kill_detached(target.root());
    now->over = true;
}

TEST_CASE("a session that is destroyed at any kind of stop leaves no process", "[faults][end]")
{
    at_each_moment([](moment const& each, ending how, std::shared_ptr<uncancellable_state> now) -> task<void> {
        auto const before = children();
        tracer by{co_await asio::this_coro::executor};
        auto options = each.options;
        options.at_end = how;
        pid root{};
        {
            auto target = co_await launched(by, each.what, options);
            root = target.root();
            co_await until([&] { return each.reached(target); });
        }
        if (how == ending::detach) {
            co_await until([&] { return tracer_of(leader(root)) == tid{}; });
            co_await kill_detached(root);
        }
        co_await until([&] { return children() == before; });
        now->over = true;
    });
}

TEST_CASE("a tracer that is destroyed at any kind of stop leaves no process", "[faults][end]")
{
    at_each_moment([](moment const& each, ending how, std::shared_ptr<uncancellable_state> now) -> task<void> {
        auto const before = children();
        auto options = each.options;
        options.at_end = how;
        std::optional<session> target;
        {
            tracer by{co_await asio::this_coro::executor};
            target.emplace(co_await launched(by, each.what, options));
            co_await until([&] { return each.reached(*target); });
        }
        if (how == ending::detach) {
            CHECK(tracer_of(leader(target->root())) == tid{});
            co_await kill_detached(target->root());
        }
        co_await until([&] { return children() == before; });
        co_await drain(*target);
        co_await target->async_wait();
        now->over = true;
    });
}

TEST_CASE("a context that is stopped and destroyed at any kind of stop leaves no process", "[faults][end]")
{
    auto const now = std::make_shared<uncancellable_state>();
    for (auto const& each : moments(now)) {
        INFO(each.name);
        *now = {};
        auto const before = children();
        bool reached = false;
        {
            asio::io_context context{1};
            asio::co_spawn(
                context,
                [&]() -> task<void> {
                    tracer by{co_await asio::this_coro::executor};
                    auto target = co_await launched(by, each.what, each.options);
                    co_await until([&] { return each.reached(target); });
                    reached = true;
                    co_await target.async_wait();   // this coroutine is never resumed
                },
                asio::detached);
            while (!reached)
                context.run_one();
        }
        CHECK(children() == before);
    }
}

LIVE_TEST("an attached process lives on when the tracer's context is destroyed", "[faults][end][attach]")
{
    started guest{co_await asio::this_coro::executor, program("calls_busily")};
    co_await guest.line();
    for (int i = 0; i < 5; ++i) {
        asio::io_context context{1};
        bool reached = false;
        asio::co_spawn(
            context,
            [&]() -> task<void> {
                tracer by{co_await asio::this_coro::executor};
                auto target = co_await by.async_attach(guest.id());
                for (int seen = 0; seen < 100; ++seen)
                    co_await target.async_next();
                reached = true;
                co_await target.async_wait();
            },
            asio::detached);
        while (!reached)
            context.run_one();
    }
    CHECK(tracer_of(guest.leader()) == tid{});
    guest.signal(SIGUSR1);
    co_await check_rest(guest, "wrong 0\n");
}

LIVE_TEST("a consumer that never reads its records delays only the process of its own session", "[faults]")
{
    tracer by{co_await asio::this_coro::executor};
    auto const stuck = co_await launched(by, program("calls_busily"), with_depth(8));
    co_await until([&] { return stuck.stats().records >= 8; });
    auto const then = stuck.stats().records;
    auto const seen = co_await trace_of(by, program("forks_many", "50", "8"));
    CHECK(seen.output == "ended 50 sum 1225\n");
    CHECK(stuck.stats().records <= then + 4);
    CHECK(lives(stuck.root()));
}

LIVE_TEST("ended sessions hold no memory", "[faults]")
{
    tracer by{co_await asio::this_coro::executor};
    auto const some = [&]() -> task<std::size_t> {
        for (int i = 0; i < 40; ++i)
            co_await trace_of(by, program(i % 2 != 0 ? "forks" : "two_threads_call"));
        co_return ::mallinfo2().uordblks;
    };
    co_await some();   // the first sessions allocate memory that later sessions use again
    auto const before = co_await some();
    auto const after = co_await some();
    CHECK(after <= before + 64 * 1024);   // allows 1.6 KiB for each of the 40 sessions
}

}   // namespace faults_tests
