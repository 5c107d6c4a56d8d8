// SPDX-License-Identifier: BSL-1.0
// Measures the memory that a session and a traced thread hold: the growth of the heap while many sessions or threads wait.
#include <cotrace/cotrace.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <limits>
#include <list>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

namespace {

using namespace cotrace;

/// A smaller result, in bytes, means that the measurement is wrong: a thread's coroutine frame alone is larger.
constexpr double least_plausible = 500;

/// The greatest allowed result for each additional thread, in bytes: 1600 for the thread, and 400 for the growth of the
/// queue.
constexpr double most_per_thread = 1600 + 400;

/// The number of bytes of the heap that are in use.
double heap()
{
    auto const now = ::mallinfo2();
    return static_cast<double>(now.uordblks) + static_cast<double>(now.hblkhd);
}

// Reads and discards all records. Takes a channel, because the session may be destroyed before the last read has ended.
task<void> read_all(record_channel from)
{
    std::vector<record> batch;
    for (;;) {
        batch.clear();
        auto const [error, count] = co_await from.async_read(batch, use_tuple);
        if (error || count == 0)
            co_return;
    }
}

/// Completes when no tracee has stopped for 200 ms, and all records have been read.
task<void> rest(std::list<session> const& all)
{
    asio::steady_timer pause{co_await asio::this_coro::executor};
    for (std::uint64_t before = 0;;) {
        std::uint64_t now = 0;
        std::size_t queued = 0;
        for (auto const& each : all) {
            now += each.stats().stops;
            queued += each.channel().counts().queued;
        }
        if (now == std::exchange(before, now) && queued == 0)
            co_return;
        pause.expires_after(std::chrono::milliseconds{200});
        co_await pause.async_wait(asio::use_awaitable);
    }
}

/// The growth of the heap in bytes while `sessions` guests wait, each with `threads` additional threads.
task<double> held_by(int sessions, int threads)
{
    auto const ex = co_await asio::this_coro::executor;
    int told[2], said[2];
    if (::pipe2(told, O_CLOEXEC) != 0 || ::pipe2(said, O_CLOEXEC) != 0)
        std::abort();
    asio::readable_pipe from{ex, said[0]};
    tracer by{ex};
    std::list<session> all;
    auto const before = heap();
    for (int i = 0; i < sessions; ++i) {
        command what{COTRACE_GUEST_DIR "/threads_wait", std::to_string(threads)};
        what.redirects.push_back({.to = 0, .from = told[0]});
        what.redirects.push_back({.to = 1, .from = said[1]});
        all.push_back(co_await by.async_launch(std::move(what)));
        asio::co_spawn(ex, read_all(all.back().channel()), asio::detached);
    }
    std::string ready(static_cast<std::size_t>(sessions) * std::string{"ready\n"}.size(), '\0');
    co_await asio::async_read(from, asio::buffer(ready), asio::use_awaitable);
    co_await rest(all);
    auto const after = heap();
    for (int const end : {told[0], told[1], said[1]})
        ::close(end);
    for (auto& each : all)
        co_await each.async_wait();
    co_return after - before;
}

/// The smallest of three measurements: the queue of records grows if its reader is late.
double measured(int sessions, int threads)
{
    double least = std::numeric_limits<double>::max();
    for (int i = 0; i < 3; ++i) {
        asio::io_context context{1};
        asio::co_spawn(context, held_by(sessions, threads), [&](std::exception_ptr broken, double found) {
            if (broken)
                std::rethrow_exception(broken);
            least = std::min(least, found);
        });
        context.run();
    }
    return least;
}

}   // namespace

int main(int count, char** arguments)
{
    int const many = count > 1 ? std::atoi(arguments[1]) : 500;
    measured(1, 1);   // some allocations are kept for ever: this run makes them, so that later runs do not count them
    auto const one = measured(1, 0), sessions = measured(many + 1, 0), threads = measured(1, many);
    auto const per_session = (sessions - one) / many, per_thread = (threads - one) / many;
    std::printf("a session with one thread holds %6.0f bytes\n", per_session);
    std::printf("each further thread holds       %6.0f bytes\n", per_thread);
    if (per_session < least_plausible || per_thread < least_plausible)
        return std::puts("this is too little: the measurement is wrong"), 1;
    if (per_thread > most_per_thread)
        return std::printf("a further thread may hold %.0f bytes at most\n", most_per_thread), 1;
    return 0;
}
