// SPDX-License-Identifier: BSL-1.0
// Ways of waiting for tracees: io_uring and signalfd, and several tracers in one process.
#include "engine/reactor/hints.hpp"

#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/denied_calls.hpp"
#include "support/live_test.hpp"
#include "support/sigchld.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>

#include <poll.h>

namespace waiting_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

LIVE_TEST("tracing works by signalfd", "[waiting][side]") { co_await check_tracing(waiting::signalfd); }

LIVE_TEST("tracing works by io_uring, or by signalfd where the kernel lacks IORING_OP_WAITID", "[waiting][side]")
{
    co_await check_tracing(waiting::io_uring);
}

namespace {

/// Whether a new tracer with the way of waiting `how` opens a descriptor whose name ends with `descriptor`.
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

}   // namespace

TEST_CASE("the environment variable COTRACE_WAITING changes only the meaning of waiting::automatic", "[waiting][side]")
{
    auto const status = in_a_process([] {
        ::setenv("COTRACE_WAITING", "signalfd", 1);
        bool const right = waits_by(waiting::automatic, "[signalfd]");
        ::setenv("COTRACE_WAITING", "io_uring", 1);
        return right && waits_by(waiting::signalfd, "[signalfd]")
                       && waits_by(waiting::automatic, engine::uring_hints::open() ? "[io_uring]" : "[signalfd]")
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
            run_for(live_limit, [&]() -> task<void> {
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
    CHECK(::poll(&ready, 1, 0) == 0);   // the end is not reported a second time
}

LIVE_TEST("a destroyed tracer leaves no descriptor open", "[waiting]")
{
    auto const open_now = [] {
        std::size_t found = 0;
        for (int fd = 0; fd < 1024; ++fd)
            found += ::fcntl(fd, F_GETFD) != -1;
        return found;
    };
    // The first trace may open descriptors that stay open for all later traces.
    co_await trace_of(program("hello"));
    auto const before = open_now();
    for (int i = 0; i < 5; ++i)
        co_await trace_of(program("forks"));
    CHECK(open_now() == before);
}

LIVE_TEST("several tracers work on one thread, each with its own subjects", "[waiting][section1]")
{
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
}

TEST_CASE("tracers on several threads do not take each other's stops", "[waiting][section1]")
{
    auto const trace_ten = [](std::atomic<int>& right) {
        return std::thread{[&right] {
            for (int i = 0; i < 10; ++i) {
                std::optional<trace> seen;
                asio::io_context context{1};
                asio::co_spawn(
                    context, [&]() -> task<void> { seen = co_await trace_of(program("forks_many", "20", "4")); }, asio::detached);
                context.run_for(live_limit);
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

LIVE_TEST("detach and kill from another thread fail with wrong_thread", "[waiting][sessions]")
{
    tracer by{co_await asio::this_coro::executor};
    auto target = co_await by.async_launch(quiet(program("spins")));
    error_code detaching, killing;
    std::thread{[&] {
        if (auto const tried = target.detach(); tried.has_error())
            detaching = tried.error();
        if (auto const tried = target.kill(); tried.has_error())
            killing = tried.error();
    }}.join();
    CHECK(detaching == errc::wrong_thread);
    CHECK(killing == errc::wrong_thread);
}

}   // namespace waiting_tests
