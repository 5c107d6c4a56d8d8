// SPDX-License-Identifier: BSL-1.0
// Waiting: the tracer leaves the host's own children alone, for every way in which the host waits and uses SIGCHLD.
#include "engine/reactor/hints.hpp"

#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/denied_calls.hpp"
#include "support/normalise.hpp"
#include "support/run_for.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include <poll.h>

namespace waiting_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 60s;

/// Forks a child of the host, which exits with `status`.
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

/// Sets a disposition of SIGCHLD until the end of the test.
class child_signal {
public:
    child_signal(void (*handler)(int), int flags)
    {
        struct sigaction action{};
        action.sa_handler = handler;
        action.sa_flags   = flags;
        ::sigaction(SIGCHLD, &action, &before_);
    }
    ~child_signal() { ::sigaction(SIGCHLD, &before_, nullptr); }

private:
    struct sigaction before_{};
};

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
    std::mutex              mutex_;
    std::condition_variable over_;
    bool                    done_ = false;
    std::thread             thread_;
};

/// Traces a guest and its children to their end.
task<void> check_tracing(waiting how)
{
    tracer by{co_await asio::this_coro::executor, how};
    auto const seen = co_await trace_of(by, program("forks_many", "60", "8"));
    CHECK(seen.output == "ended 60 sum 1770\n");
    CHECK(count<thread_exited>(seen.records) == 61);
}

/// Traces a guest with threads to its end. The guest may inherit that SIGCHLD is ignored, so it must not wait(2) for children.
task<void> check_tracing_threads(waiting how)
{
    tracer by{co_await asio::this_coro::executor, how};
    auto const seen = co_await trace_of(by, program("threads_many", "40"));
    CHECK(seen.output == "joined 40\n");
    CHECK(count<thread_exited>(seen.records) == 41);
}

} // namespace

TEST_CASE("tracing works by signalfd", "[waiting][side]")
{
    run_for(limit, []() -> task<void> { co_await check_tracing(waiting::signalfd); });
}

TEST_CASE("tracing works by io_uring, or falls back", "[waiting][side]")
{
    run_for(limit, []() -> task<void> { co_await check_tracing(waiting::io_uring); });
}

namespace {

/// Whether a new tracer with `how` opens a descriptor whose name ends with `descriptor`.
bool waits_by(waiting how, std::string_view descriptor)
{
    auto const count = [&] {
        auto const open = open_descriptors();
        return std::count_if(open.begin(), open.end(), [&](auto const& each) { return each.ends_with(descriptor); });
    };
    asio::io_context context{1};
    auto const before = count();
    tracer const by{context.get_executor(), how};
    return count() > before;
}

} // namespace

TEST_CASE("COTRACE_WAITING sets the meaning of waiting::automatic only", "[waiting][side]")
{
    auto const status = in_a_process([] {
        ::setenv("COTRACE_WAITING", "signalfd", 1);
        bool const right = waits_by(waiting::automatic, "[signalfd]");
        ::setenv("COTRACE_WAITING", "io_uring", 1);
        return right && waits_by(waiting::signalfd, "[signalfd]") &&
                       waits_by(waiting::automatic, engine::uring_hints::open() ? "[io_uring]" : "[signalfd]")
                   ? 0
                   : 1;
    });
    CHECK(status == 0);
}

TEST_CASE("the constructor fails if COTRACE_WAITING names neither way of waiting", "[waiting][side]")
{
    auto const status = in_a_process([] {
        ::setenv("COTRACE_WAITING", "epoll", 1);
        asio::io_context context{1};
        try {
            tracer const by{context.get_executor()};
        } catch (boost::system::system_error const& refused) {
            return refused.code() == boost::system::errc::invalid_argument ? 0 : 2;
        }
        return 1;
    });
    CHECK(status == 0);
}

TEST_CASE("where io_uring_setup(2) fails, signalfd is used", "[waiting][side]")
{
    for (int const error : {EPERM, ENOSYS, EMFILE, ENFILE, ENOMEM, EACCES}) {
        auto const status = in_a_process([&] {
            deny({{"io_uring_setup", error}});
            bool const right = waits_by(waiting::automatic, "[signalfd]") && waits_by(waiting::io_uring, "[signalfd]");
            bool ended = false;
            run_for(limit, [&]() -> task<void> {
                co_await check_tracing(waiting::automatic);
                ended = true;
            });
            return right && ended ? 0 : 1;
        });
        CHECK(status == 0);
    }
}

TEST_CASE("io_uring reports that a thread stopped", "[waiting][side]")
{
    auto const hints = engine::uring_hints::open();
    if (!hints) {
        WARN("not checked: no IORING_OP_WAITID here");
        return;
    }
    auto const child = must(::fork());
    if (child == 0)
        for (;;)
            ::pause();
    hints->begin();
    hints->arm(tid{child});
    hints->submit();
    ::kill(child, SIGSTOP);
    pollfd ready{hints->fd(), POLLIN, 0};
    CHECK(::poll(&ready, 1, 20'000) == 1);
    std::vector<tid> stopped;
    hints->drain(stopped);
    CHECK(stopped == std::vector{tid{child}});
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
}

TEST_CASE("the pidfd of a process gives a hint of its end, although SIGCHLD is ignored", "[waiting]")
{
    child_signal const ignored{SIG_IGN, 0};
    engine::sigchld_hints hints;
    auto const child = must(::fork());
    if (child == 0)
        for (;;)
            ::pause();
    hints.watch_end(tid{child});
    std::vector<tid> ended;
    hints.drain(ended);
    CHECK(ended.empty());
    ::kill(child, SIGKILL);
    pollfd ready{hints.fd(), POLLIN, 0};
    CHECK(::poll(&ready, 1, 20'000) == 1);
    hints.drain(ended);
    CHECK(ended == std::vector{tid{child}});
    CHECK(::poll(&ready, 1, 0) == 0);   // the end is reported once
}

TEST_CASE("the host waits for its own children during a trace, and gets the status of each", "[waiting][section1]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        tracer by{ex};
        bool over = false;
        asio::co_spawn(
            ex,
            [&]() -> task<void> {
                co_await trace_of(by, program("forks_many", "400", "16"));
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
    });
}

TEST_CASE("a dead child of the host stays a zombie until the host reaps it", "[waiting]")
{
    run_for(limit, []() -> task<void> {
        auto const child = own_child(3);
        co_await until([&] { return waits_to_be_reaped(child); });
        co_await trace_of(program("forks_many", "50", "8"));
        CHECK(waits_to_be_reaped(child));
        int status = 0;
        CHECK(::waitpid(child, &status, WNOHANG) == child);
        CHECK(WEXITSTATUS(status) == 3);
    });
}

TEST_CASE("the host sees the stop of its own child", "[waiting]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        tracer by{ex};
        started own{ex, program("stops_itself")};
        co_await own.line();
        co_await trace_of(by, program("forks"));
        int status = 0;
        co_await until([&] { return ::waitpid(raw(own.id()), &status, WNOHANG | WUNTRACED) == raw(own.id()); });
        CHECK(WIFSTOPPED(status));
        own.signal(SIGCONT);
        auto const status_then = co_await own.status();
        CHECK(status_then == std::optional{0});
    });
}

TEST_CASE("a signal_set of the host for SIGCHLD completes for the host's children", "[waiting]")
{
    run_for(limit, []() -> task<void> {
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
    });
}

TEST_CASE("a signal_set for SIGCHLD that was made after the tracer completes for the host's children, too", "[waiting]")
{
    run_for(limit, []() -> task<void> {
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
    });
}

TEST_CASE("SIGCHLD is blocked while a tracer by signalfd of this thread has a subject", "[waiting][side]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        auto const blocked = [] {
            sigset_t mask;
            ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
            return sigismember(&mask, SIGCHLD) == 1;
        };
        tracer first{ex, waiting::signalfd};
        std::optional<tracer> second{std::in_place, ex, waiting::signalfd};
        CHECK(!blocked());
        auto lasting = (co_await first.async_launch(quiet(program("calls_then_rests")))).value();
        CHECK(blocked());
        co_await trace_of(*second, program("hello"));
        CHECK(blocked());
        second.reset();
        CHECK(blocked());
        (void)lasting.kill();
        co_await drain(lasting);
        co_await until([&] { return !blocked(); });
    });
}

TEST_CASE("tracing goes on while a signal_set of the host takes every SIGCHLD", "[waiting]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        struct listener {
            explicit listener(asio::any_io_executor const& on) : signals{on, SIGCHLD} {}
            asio::signal_set signals;
            bool over = false;
        };
        auto const host = std::make_shared<listener>(ex);
        asio::co_spawn(
            ex,
            [host]() -> task<void> {   // this coroutine ends after the test's, so it owns `host`
                while (!host->over)
                    co_await host->signals.async_wait(use_tuple);
            },
            asio::detached);
        co_await check_tracing(waiting::automatic);
        host->over = true;
        host->signals.cancel();
    });
}

TEST_CASE("tracing goes on while the host's waitpid(-1) takes wait statuses of tracees", "[waiting]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        struct any_child_waiter {
            bool over = false;
            int swallowed = 0;
        };
        auto const host = std::make_shared<any_child_waiter>();   // the waiter's coroutine ends after the test's
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
    });
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
    run_for(limit, []() -> task<void> {
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
    run_for(limit, []() -> task<void> { co_await check_tracing_threads(waiting::automatic); });
}

TEST_CASE("tracing works for a host that set SA_NOCLDSTOP", "[waiting]")
{
    child_signal const quiet_stops{SIG_DFL, SA_NOCLDSTOP};
    run_for(limit, []() -> task<void> { co_await check_tracing(waiting::automatic); });
}

TEST_CASE("tracing works for a host that set SA_NOCLDWAIT", "[waiting]")
{
    child_signal const no_zombies{SIG_DFL, SA_NOCLDWAIT};
    run_for(limit, []() -> task<void> { co_await check_tracing(waiting::automatic); });
}

TEST_CASE("tracing works while another thread does not block SIGCHLD", "[waiting]")
{
    listening_thread const other;
    run_for(limit, []() -> task<void> { co_await check_tracing(waiting::automatic); });
}

TEST_CASE("tracing by signalfd works while another thread takes SIGCHLD with a handler", "[waiting][side]")
{
    child_signal const handled{[](int) {}, SA_RESTART};
    listening_thread const other;
    run_for(limit, []() -> task<void> { co_await check_tracing(waiting::signalfd); });
}

TEST_CASE("tracing by signalfd works for a host that ignores SIGCHLD", "[waiting][side]")
{
    child_signal const ignored{SIG_IGN, 0};
    run_for(limit, []() -> task<void> { co_await check_tracing_threads(waiting::signalfd); });
}

TEST_CASE("tracing by signalfd works for a host that set SA_NOCLDSTOP", "[waiting][side]")
{
    child_signal const quiet_stops{SIG_DFL, SA_NOCLDSTOP};
    run_for(limit, []() -> task<void> { co_await check_tracing(waiting::signalfd); });
}

TEST_CASE("tracing goes on when the host changes the disposition of SIGCHLD", "[waiting]")
{
    std::optional<child_signal> changed;
    run_for(limit, [&]() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto target = (co_await by.async_launch(quiet(program("forks_many", "60", "8")))).value();
        changed.emplace(SIG_IGN, 0);
        auto const seen = co_await drain(target);
        CHECK(count<thread_exited>(seen) == 61);
    });
}

TEST_CASE("the host's signal mask and disposition of SIGCHLD are unchanged after the tracer's destruction", "[waiting]")
{
    sigset_t before, after;
    struct sigaction action_before{}, action_after{};
    ::sigprocmask(SIG_BLOCK, nullptr, &before);
    ::sigaction(SIGCHLD, nullptr, &action_before);
    run_for(limit, []() -> task<void> { co_await trace_of(program("forks")); });
    ::sigprocmask(SIG_BLOCK, nullptr, &after);
    ::sigaction(SIGCHLD, nullptr, &action_after);
    for (int sig = 1; sig <= 64; ++sig)
        CHECK(sigismember(&before, sig) == sigismember(&after, sig));
    CHECK(action_before.sa_handler == action_after.sa_handler);
    CHECK(action_before.sa_flags == action_after.sa_flags);
}

TEST_CASE("a destroyed tracer leaves no descriptor open", "[waiting]")
{
    auto const open_now = [] {
        std::size_t found = 0;
        for (int fd = 0; fd < 1024; ++fd)
            found += ::fcntl(fd, F_GETFD) != -1;
        return found;
    };
    run_for(limit, [&]() -> task<void> {
        // The first trace may open descriptors that stay open for all later traces.
        co_await trace_of(program("hello"));
        auto const before = open_now();
        for (int i = 0; i < 5; ++i)
            co_await trace_of(program("forks"));
        CHECK(open_now() == before);
    });
}

TEST_CASE("several tracers work on one thread, each with its own subjects", "[waiting][section1]")
{
    run_for(limit, []() -> task<void> {
        auto const ex = co_await asio::this_coro::executor;
        tracer one{ex}, other{ex};
        std::optional<trace> first, second;
        asio::co_spawn(
            ex, [&]() -> task<void> { first = co_await trace_of(one, program("forks_many", "60", "8")); }, asio::detached);
        asio::co_spawn(
            ex, [&]() -> task<void> { second = co_await trace_of(other, program("forks")); }, asio::detached);
        co_await until([&] { return first && second; });
        CHECK(count<thread_exited>(first->records) == 61);
        CHECK(count<thread_exited>(second->records) == 3);
    });
}

TEST_CASE("tracers on several threads do not take each other's stops", "[waiting][section1]")
{
    auto const trace_ten = [](std::atomic<int>& right) {
        return std::thread{[&right] {
            for (int i = 0; i < 10; ++i) {
                std::optional<trace> seen;
                asio::io_context context{1};
                asio::co_spawn(
                    context, [&]() -> task<void> { seen = co_await trace_of(program("forks_many", "20", "4")); },
                    asio::detached);
                context.run_for(limit);
                right += seen && seen->output == "ended 20 sum 190\n" && count<thread_exited>(seen->records) == 21;
            }
        }};
    };
    std::atomic<int> right = 0;
    auto one = trace_ten(right), other = trace_ten(right);
    one.join();
    other.join();
    CHECK(right == 20);
}

TEST_CASE("detach and kill from another thread fail with wrong_thread", "[waiting][sessions]")
{
    run_for(limit, []() -> task<void> {
        tracer by{co_await asio::this_coro::executor};
        auto target = (co_await by.async_launch(quiet(program("spins")))).value();
        error_code detaching, killing;
        std::thread{[&] {
            if (auto const tried = target.detach(); tried.has_error())
                detaching = tried.error();
            if (auto const tried = target.kill(); tried.has_error())
                killing = tried.error();
        }}.join();
        CHECK(detaching == errc::wrong_thread);
        CHECK(killing == errc::wrong_thread);
    });
}

} // namespace waiting_tests
