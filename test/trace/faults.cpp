// SPDX-License-Identifier: BSL-1.0
// Mistakes of a host: exceptions, interceptors that ignore cancellation, and objects that are destroyed at any moment.
// Nothing hangs, no process, descriptor or memory is left behind, and attached processes live on.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/run_for.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include <array>
#include <cstdlib>
#include <random>
#include <set>

#include <malloc.h>
#include <spawn.h>

namespace faults_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 60s;

session_options with_depth(std::size_t depth)
{
    session_options options;
    options.depth = depth;
    return options;
}

/// State that the test and its uncancellable interceptors share.
struct uncancellable_state {
    bool asked = false;   ///< an interceptor was asked
    bool over  = false;   ///< the test is over: interceptors stop waiting, so that the context runs out of work
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

/// A subject, and the condition under which a test ends the subject's session.
struct moment {
    std::string     name;
    command         what;
    session_options options;
    std::function<bool(session&)> reached;
};

/// One moment for each kind of stop, and for each state between stops.
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

/// Kills a process that was detached, and waits until the test or the tracer has reaped it.
task<void> kill_detached(pid left)
{
    ::kill(raw(left), SIGKILL);
    co_await until([&] { return ::waitpid(raw(left), nullptr, WNOHANG) != 0; });
}

} // namespace

TEST_CASE("an exception that leaves a consumer ends the consumer's sessions", "[faults]")
{
    auto const before = children();
    bool thrown = false;
    try {
        ends_within(limit, []() -> task<void> {
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
            context.run_for(limit);
            break;
        } catch (int) {
            ++thrown;
        }
    }
    CHECK(thrown > 0);
    REQUIRE(seen.has_value());
    CHECK(seen->output == "ended 20 sum 190\n");
}

TEST_CASE("no process dies because an interceptor throws an object of any type", "[faults][intercept]")
{
    run_for(limit, []() -> task<void> {
        auto broken = std::make_shared<scripted>(SYS_write);
        broken->entry = [](intercepted, syscall_call const&) -> task<verdict> {
            throw 1;
            co_return proceed{};
        };
        auto const seen = co_await trace_of(program("hello"), with(broken));
        CHECK(seen.output == "hello\n");
        CHECK(count<trace_failed>(seen.records) == 1);
    });
}

TEST_CASE("a session ends although the interceptor of a dead thread ignores its cancellation", "[faults][intercept]")
{
    run_for(limit, []() -> task<void> {
        for (bool const at_exit : {false, true}) {
            auto const now = std::make_shared<uncancellable_state>();
            // Without ?:, because GCC 12.2 destroys the temporaries of both its operands twice in a coroutine.
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
    });
}

TEST_CASE("an interceptor that ignores its cancellation does not delay a detach", "[faults][intercept][detach]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        auto const now = std::make_shared<uncancellable_state>();
        tracer by{ex};
        conversation talk{ex};
        auto what = program("asks_parent");
        what.redirects = talk.redirects();
        auto const options = with(uncancellable_at_entry(SYS_getppid, now));
        auto target = (co_await by.async_launch(what, options)).value();
        talk.begin();
        co_await until([&] { return now->asked; });
        CHECK(target.detach());
        auto const seen = co_await drain(target);
        CHECK(std::holds_alternative<detached>(seen.back().what));
        auto const said = co_await talk.rest();
        CHECK(said == "getppid the parent's errno 0\n");
        co_await kill_detached(target.root());
        now->over = true;
    });
}

TEST_CASE("a session that is destroyed at any kind of stop leaves no process", "[faults][end]")
{
    for (auto const how : {ending::kill, ending::detach}) {
        auto const now = std::make_shared<uncancellable_state>();
        for (auto const& each : moments(now)) {
            INFO(each.name << (how == ending::kill ? ", killed" : ", let go"));
            *now = {};   // run_for returned, so no coroutine uses it
            run_for(limit, [&]() -> task<void> {
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
    }
}

TEST_CASE("a tracer that is destroyed at any kind of stop leaves no process", "[faults][end]")
{
    for (auto const how : {ending::kill, ending::detach}) {
        auto const now = std::make_shared<uncancellable_state>();
        for (auto const& each : moments(now)) {
            INFO(each.name << (how == ending::kill ? ", killed" : ", let go"));
            *now = {};   // run_for returned, so no coroutine uses it
            run_for(limit, [&]() -> task<void> {
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
    }
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
                    co_await target.async_wait();   // is never resumed
                },
                asio::detached);
            while (!reached)
                context.run_one();
        }
        CHECK(children() == before);
    }
}

TEST_CASE("an attached process lives on when the tracer's context is destroyed", "[faults][end][attach]")
{
    run_for(limit, []() -> task<void> {
        started guest{co_await asio::this_coro::executor, program("calls_busily")};
        co_await guest.line();
        for (int i = 0; i < 5; ++i) {
            asio::io_context context{1};
            bool reached = false;
            asio::co_spawn(
                context,
                [&]() -> task<void> {
                    tracer by{co_await asio::this_coro::executor};
                    auto target = (co_await by.async_attach(guest.id())).value();
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
        auto const said = co_await guest.rest();
        CHECK(said == "wrong 0\n");
    });
}

TEST_CASE("a consumer that never reads delays its own subject only", "[faults]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto const stuck = co_await launched(by, program("calls_busily"), with_depth(8));
        co_await until([&] { return stuck.stats().records >= 8; });
        auto const then = stuck.stats().records;
        auto const seen = co_await trace_of(by, program("forks_many", "50", "8"));
        CHECK(seen.output == "ended 50 sum 1225\n");
        CHECK(stuck.stats().records <= then + 4);
        CHECK(lives(stuck.root()));
    });
}

namespace {

/// A host that spawns its own children and waits for each of them at a SIGCHLD, through an asio::signal_set.
class other_children {
public:
    explicit other_children(asio::any_io_executor const& on) : ended_{on, SIGCHLD} {}

    bool over = false;
    int  raised = 0, wrong = 0;

    task<void> raise_and_reap()
    {
        while (!over) {
            auto const status = raised++ % 100;
            auto const child  = spawned("exit " + std::to_string(status));
            int how = 0;
            while (::waitpid(child, &how, WNOHANG) == 0)
                co_await next_signal();
            wrong += !WIFEXITED(how) || WEXITSTATUS(how) != status;
        }
    }

private:
    static ::pid_t spawned(std::string script)
    {
        char shell[] = "sh", option[] = "-c";
        std::array<char*, 4> words{shell, option, script.data(), nullptr};
        ::pid_t child = 0;
        if (int const why = ::posix_spawn(&child, "/bin/sh", nullptr, nullptr, words.data(), environ))
            throw std::system_error{why, std::generic_category()};
        return child;
    }

    // The signal_set keeps a SIGCHLD that comes before the wait for it. The timer is for SIGCHLDs that the kernel merges.
    task<void> next_signal()
    {
        asio::steady_timer moment{ended_.get_executor(), 20ms};
        moment.async_wait([this](error_code ec) {
            if (!ec)
                ended_.cancel();
        });
        co_await ended_.async_wait(use_tuple);
    }

    asio::signal_set ended_;
};

/// Sessions that are launched, attached, read, cancelled and ended at random.
class random_sessions {
public:
    explicit random_sessions(std::uint64_t seed) : random_{seed} {}

    int begun = 0, odd = 0;

    /// Runs one session from its launch to its end.
    task<void> one(tracer& by)
    {
        static constexpr std::array guests{"keeps_forking", "calls_busily", "churns_threads", "spins",
                                           "forks",         "execs_again",  "stops_child",    "queues_realtime"};
        auto const ex = co_await asio::this_coro::executor;
        auto const name = guests[below(guests.size())];
        auto what = quiet(name == std::string{"stops_child"} ? program(name, "19") : program(name, "5"));
        auto options = some_options();
        asio::cancellation_signal cancel;
        asio::steady_timer        moment{ex, std::chrono::microseconds{below(8000)}};
        moment.async_wait([&](error_code ec) {
            if (!ec)
                cancel.emit(asio::cancellation_type::terminal);
        });
        ++begun;
        auto made = co_await by.async_launch(what, options, asio::bind_cancellation_slot(cancel.slot(), asio::use_awaitable));
        moment.cancel();
        co_await asio::post(ex, asio::use_awaitable);   // the timer's handler does not use `cancel` any more
        if (!made) {
            odd += made.error().code != asio::error::operation_aborted;
            co_return;
        }
        auto target = std::move(made).value();
        co_await use(target);
        auto const root = target.root();
        bool const let_go = options.at_end == ending::detach || (below(4) == 0 && target.detach());
        target = session{};
        if (let_go) {
            co_await until([&] { return tracer_of(leader(root)) == tid{}; });
            co_await kill_detached(root);
        }
    }

private:
    std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>{0, end - 1}(random_); }

    session_options some_options()
    {
        session_options options;
        options.depth = std::size_t{1} << below(8);
        options.records = below(4) != 0;
        options.when_full = below(3) == 0 ? overflow::drop : overflow::block;
        if (below(2) == 0)
            options.filter = filter{below(2) == 0 ? "none" : "getppid,%process"};
        if (below(3) == 0)
            options.at_end = ending::detach;
        if (below(3) == 0)
            options.interceptors.push_back(intercept::delay(call("getppid"), 200us));
        if (below(4) == 0)
            options.stop_after.records = below(200);
        if (below(6) == 0)
            options.stop_after.time = std::chrono::microseconds{below(5000)};
        return options;
    }

    /// Reads for a random time. Cancels reads, and kills the subject with a probability of 1 in 20 per read.
    task<void> use(session& target)
    {
        asio::steady_timer end{co_await asio::this_coro::executor, std::chrono::microseconds{below(20000)}};
        auto const until_then = end.expiry();
        std::vector<record> seen;
        while (std::chrono::steady_clock::now() < until_then) {
            asio::cancellation_signal cancel;
            end.expires_at(std::min(until_then, std::chrono::steady_clock::now() + std::chrono::microseconds{below(3000)}));
            end.async_wait([&](error_code ec) {
                if (!ec)
                    cancel.emit(asio::cancellation_type::total);
            });
            auto const [ec, count] = co_await target.async_read(seen, asio::bind_cancellation_slot(cancel.slot(), use_tuple));
            end.cancel();
            co_await asio::post(end.get_executor(), asio::use_awaitable);   // the timer's handler does not use `cancel` any more
            if (!ec && count == 0)
                co_return;
            if (below(20) == 0)
                (void)target.kill();
            if (below(20) == 0)
                (void)target.set_filter(filter{"none"});
            seen.clear();
        }
    }

    std::mt19937_64 random_;
};

} // namespace

TEST_CASE("hundreds of sessions that begin and end at random leave no process, descriptor or thread", "[faults][storm]")
{
    auto const short_form = std::getenv("COTRACE_SHORT") != nullptr;
    auto const* wanted = std::getenv("COTRACE_SEED");
    auto const seed = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : std::random_device{}();
    INFO("COTRACE_SEED=" << seed);
    auto const descriptors = open_descriptors();
    auto const before = children();
    auto const own_threads = threads_of(pid{::getpid()}).size();
    run_for(300s, [&]() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        tracer by{ex};
        random_sessions all{seed};
        other_children host{ex};
        int working = 1;
        auto const done = [&](std::exception_ptr broken) {
            --working;
            if (broken)
                std::rethrow_exception(broken);
        };
        asio::co_spawn(ex, host.raise_and_reap(), done);
        auto const over_at = std::chrono::steady_clock::now() + (short_form ? 4s : 60s);
        auto const at_least = short_form ? 40 : 200;
        while (std::chrono::steady_clock::now() < over_at || all.begun < at_least) {
            if (working <= 20) {
                ++working;
                asio::co_spawn(ex, all.one(by), done);
            }
            asio::steady_timer pause{ex, 2ms};
            co_await pause.async_wait(asio::use_awaitable);
        }
        host.over = true;
        co_await until([&] { return working == 0; });
        co_await until([&] { return children() == before; });
        CHECK(all.odd == 0);
        CHECK(host.wrong == 0);
        CHECK(host.raised > 10);
    });
    CHECK(open_descriptors() == descriptors);
    CHECK(threads_of(pid{::getpid()}).size() == own_threads);
}

TEST_CASE("ended sessions hold no memory", "[faults]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto const some = [&]() -> task<std::size_t> {
            for (int i = 0; i < 40; ++i)
                co_await trace_of(by, program(i % 2 != 0 ? "forks" : "two_threads_call"));
            co_return ::mallinfo2().uordblks;
        };
        co_await some();   // the first sessions allocate what stays for all
        auto const before = co_await some();
        auto const after = co_await some();
        CHECK(after <= before + 64 * 1024);   // 1.6 KiB per session, less than an arena of records
    });
}

} // namespace faults_tests
