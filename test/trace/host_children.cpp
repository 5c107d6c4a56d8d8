// SPDX-License-Identifier: BSL-1.0
// The tracer does not disturb the host's own children, however the host waits for them and uses SIGCHLD.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/ready_guests.hpp"
#include "support/sigchld.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace host_children_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// Forks a child of this process, the host. The child exits with `status`.
::pid_t own_child(int status)
{
    auto const child = must(::fork());
    if (child == 0)
        ::_exit(status);
    return child;
}

bool waits_to_be_reaped(::pid_t child)
{
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == child;
}

/// A thread that does not block SIGCHLD, so that the kernel may deliver SIGCHLD to this thread.
class listening_thread {
public:
    listening_thread()
        : thread_{[this] {
            sigset_t set;
            sigemptyset(&set);
            sigaddset(&set, SIGCHLD);
            ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
            std::unique_lock lock{mutex_};
            over_.wait(lock, [this] { return done_; });
        }}
    {
    }
    ~listening_thread()
    {
        {
            std::lock_guard lock{mutex_};
            done_ = true;
        }
        over_.notify_one();
        thread_.join();
    }

private:
    std::mutex mutex_;
    std::condition_variable over_;
    bool done_ = false;
    std::thread thread_;
};

}   // namespace

LIVE_TEST("the host waits for its own children during a trace, and gets the status of each", "[waiting][section1]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    bool over = false;
    asio::co_spawn(
        ex,
        [&]() -> task<void> {
            co_await trace_of(by, program("forks_many", short_form() ? "50" : "400", "16"));
            over = true;
        },
        asio::detached);
    int wrong = 0, waited = 0;
    while (!over) {
        auto const child = own_child(waited % 100);
        int status = -1;
        co_await until([&] { return ::waitpid(child, &status, WNOHANG) != 0; });
        wrong += !WIFEXITED(status) || WEXITSTATUS(status) != waited % 100;
        ++waited;
    }
    CHECK(wrong == 0);
    CHECK(waited > 0);
}

LIVE_TEST("a dead child of the host stays a zombie until the host reaps it", "[waiting]")
{
    auto const child = own_child(3);
    co_await until([&] { return waits_to_be_reaped(child); });
    co_await trace_of(program("forks_many", "50", "8"));
    CHECK(waits_to_be_reaped(child));
    int status = 0;
    CHECK(::waitpid(child, &status, WNOHANG) == child);
    CHECK(WEXITSTATUS(status) == 3);
}

LIVE_TEST("the host sees the stop of its own child", "[waiting]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    auto own = co_await ready_untraced(program("stops_itself"));
    co_await trace_of(by, program("forks"));
    int status = 0;
    co_await until([&] { return ::waitpid(raw(own.id()), &status, WNOHANG | WUNTRACED) == raw(own.id()); });
    CHECK(WIFSTOPPED(status));
    own.signal(SIGCONT);
    auto const status_then = co_await own.status();
    CHECK(status_then == std::optional{0});
}

LIVE_TEST("a signal_set of the host for SIGCHLD completes for the host's children", "[waiting]")
{
    auto const ex = co_await asio::this_coro::executor;
    asio::signal_set children_signal{ex, SIGCHLD};
    tracer by{ex};
    auto const child = own_child(4);
    for (int status = 0;;) {
        co_await children_signal.async_wait(asio::use_awaitable);
        if (::waitpid(child, &status, WNOHANG) == child) {
            CHECK(WEXITSTATUS(status) == 4);
            break;
        }
    }
    auto const seen = co_await trace_of(by, program("forks"));
    CHECK(count<thread_exited>(seen.records) == 3);
}

LIVE_TEST("a signal_set for SIGCHLD that was made after the tracer completes for the host's children, too", "[waiting]")
{
    auto const ex = co_await asio::this_coro::executor;
    tracer by{ex};
    co_await trace_of(by, program("hello"));
    asio::signal_set children_signal{ex, SIGCHLD};
    auto const child = own_child(4);
    for (int status = 0;;) {
        co_await children_signal.async_wait(asio::use_awaitable);
        if (::waitpid(child, &status, WNOHANG) == child)
            break;
    }
    auto const seen = co_await trace_of(by, program("forks"));
    CHECK(count<thread_exited>(seen.records) == 3);
}

LIVE_TEST("SIGCHLD is blocked in a thread while one of its tracers with waiting::signalfd traces a process", "[waiting][side]")
{
    auto const ex = co_await asio::this_coro::executor;
    auto const blocked = [] {
        sigset_t mask;
        ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
        return sigismember(&mask, SIGCHLD) == 1;
    };
    tracer first{ex, waiting::signalfd};
    std::optional<tracer> second{std::in_place, ex, waiting::signalfd};
    CHECK(!blocked());
    auto lasting = co_await first.async_launch(quiet(program("calls_then_rests")));
    CHECK(blocked());
    co_await trace_of(*second, program("hello"));
    CHECK(blocked());
    second.reset();
    CHECK(blocked());
    (void)lasting.kill();
    co_await drain(lasting);
    co_await until([&] { return !blocked(); });
}

LIVE_TEST("tracing goes on while a signal_set of the host takes every SIGCHLD", "[waiting]")
{
    auto const ex = co_await asio::this_coro::executor;
    struct listener {
        explicit listener(asio::any_io_executor const& on)
            : signals{on, SIGCHLD}
        {
        }
        asio::signal_set signals;
        bool over = false;
    };
    auto const host = std::make_shared<listener>(ex);
    asio::co_spawn(
        ex,
        [host]() -> task<void> {   // this coroutine ends after the test's coroutine, so it owns `host`, too
            while (!host->over)
                co_await host->signals.async_wait(use_tuple);
        },
        asio::detached);
    co_await check_tracing(waiting::automatic);
    host->over = true;
    host->signals.cancel();
}

LIVE_TEST("tracing goes on while the host's waitpid(-1) takes wait statuses of tracees", "[waiting]")
{
    auto const ex = co_await asio::this_coro::executor;
    struct any_child_waiter {
        bool over = false;
        int swallowed = 0;
    };
    // The coroutine that calls waitpid(2) ends after the test's coroutine, so it owns `host`, too.
    auto const host = std::make_shared<any_child_waiter>();
    asio::co_spawn(
        ex,
        [host]() -> task<void> {
            while (!host->over) {
                int status = 0;
                while (::waitpid(-1, &status, WNOHANG) > 0)
                    ++host->swallowed;
                co_await asio::post(asio::use_awaitable);
            }
        },
        asio::detached);
    tracer by{ex};
    auto const seen = co_await trace_of(by, program("forks_many", "30", "4"));
    host->over = true;
    CHECK(host->swallowed > 0);
    CHECK(seen.output == "ended 30 sum 435\n");
    CHECK(count<thread_exited>(seen.records) == count<thread_started>(seen.records));
}

TEST_CASE("tracing goes on while another thread of the host calls waitpid(-1) all the time", "[waiting]")
{
    std::atomic<bool> over = false;
    std::thread waiter{[&] {
        while (!over) {
            int status = 0;
            if (::waitpid(-1, &status, WNOHANG) <= 0)
                ::sched_yield();
        }
    }};
    run_for(live_limit, []() -> task<void> {
        auto const seen = co_await trace_of(program("forks_many", "30", "4"));
        CHECK(seen.output == "ended 30 sum 435\n");
        CHECK(count<thread_exited>(seen.records) == count<thread_started>(seen.records));
    });
    over = true;
    waiter.join();
}

TEST_CASE("tracing works for a host that ignores SIGCHLD", "[waiting]")
{
    child_signal const ignored{SIG_IGN, 0};
    run_for(live_limit, []() -> task<void> { co_await check_tracing_threads(waiting::automatic); });
}

TEST_CASE("tracing works for a host that set SA_NOCLDSTOP", "[waiting]")
{
    child_signal const quiet_stops{SIG_DFL, SA_NOCLDSTOP};
    run_for(live_limit, []() -> task<void> { co_await check_tracing(waiting::automatic); });
}

TEST_CASE("tracing works for a host that set SA_NOCLDWAIT", "[waiting]")
{
    child_signal const no_zombies{SIG_DFL, SA_NOCLDWAIT};
    run_for(live_limit, []() -> task<void> { co_await check_tracing(waiting::automatic); });
}

TEST_CASE("tracing works while another thread does not block SIGCHLD", "[waiting]")
{
    listening_thread const other;
    run_for(live_limit, []() -> task<void> { co_await check_tracing(waiting::automatic); });
}

TEST_CASE("tracing by signalfd works while another thread takes SIGCHLD with a handler", "[waiting][side]")
{
    child_signal const handled{[](int) {}, SA_RESTART};
    listening_thread const other;
    run_for(live_limit, []() -> task<void> { co_await check_tracing(waiting::signalfd); });
}

TEST_CASE("tracing by signalfd works for a host that ignores SIGCHLD", "[waiting][side]")
{
    child_signal const ignored{SIG_IGN, 0};
    run_for(live_limit, []() -> task<void> { co_await check_tracing_threads(waiting::signalfd); });
}

TEST_CASE("tracing by signalfd works for a host that set SA_NOCLDSTOP", "[waiting][side]")
{
    child_signal const quiet_stops{SIG_DFL, SA_NOCLDSTOP};
    run_for(live_limit, []() -> task<void> { co_await check_tracing(waiting::signalfd); });
}

TEST_CASE("tracing goes on when the host changes the disposition of SIGCHLD", "[waiting]")
{
    std::optional<child_signal> changed;
    run_for(live_limit, [&]() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto target = co_await by.async_launch(quiet(program("forks_many", "60", "8")));
        changed.emplace(SIG_IGN, 0);
        auto const seen = co_await drain(target);
        CHECK(count<thread_exited>(seen) == 61);
    });
}

TEST_CASE("the host's signal mask and disposition of SIGCHLD are unchanged after the tracer's destruction", "[waiting]")
{
    sigset_t before, after;
    struct sigaction action_before {
    }, action_after{};
    ::sigprocmask(SIG_BLOCK, nullptr, &before);
    ::sigaction(SIGCHLD, nullptr, &action_before);
    run_for(live_limit, []() -> task<void> { co_await trace_of(program("forks")); });
    ::sigprocmask(SIG_BLOCK, nullptr, &after);
    ::sigaction(SIGCHLD, nullptr, &action_after);
    for (int sig = 1; sig <= 64; ++sig)
        CHECK(sigismember(&before, sig) == sigismember(&after, sig));
    CHECK(action_before.sa_handler == action_after.sa_handler);
    CHECK(action_before.sa_flags == action_after.sa_flags);
}

}   // namespace host_children_tests
