// SPDX-License-Identifier: BSL-1.0
// Many sessions with random options, which begin and end at random moments, while the host has children of its own.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include <array>
#include <cstdlib>
#include <random>

#include <spawn.h>

namespace storm_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

/// Spawns children of the host, one after the other, and reaps each when an asio::signal_set reports a SIGCHLD.
class other_children {
public:
    explicit other_children(asio::any_io_executor const& on)
        : ended_{on, SIGCHLD}
    {
    }

    bool over = false;
    int raised = 0, wrong = 0;

    task<void> raise_and_reap()
    {
        while (!over) {
            auto const status = raised++ % 100;
            auto const child = spawned("exit " + std::to_string(status));
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

    // Waits at most 20 ms for a SIGCHLD, because the kernel may have merged two signals. The signal_set keeps an earlier SIGCHLD.
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

/// Sessions that are launched, read, cancelled and ended at random.
class random_sessions {
public:
    explicit random_sessions(std::uint64_t seed)
        : random_{seed}
    {
    }

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
        asio::steady_timer moment{ex, std::chrono::microseconds{below(8000)}};
        moment.async_wait([&](error_code ec) {
            if (!ec)
                cancel.emit(asio::cancellation_type::terminal);
        });
        ++begun;
        auto made = co_await result_of(by.async_launch(what, options, asio::bind_cancellation_slot(cancel.slot(), use_tuple)));
        moment.cancel();
        co_await asio::post(ex, asio::use_awaitable);   // from here on, the timer's handler does not use `cancel`
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

    /// Reads records for a random time, and cancels some reads. Sometimes kills the processes, or sets another filter.
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
            co_await asio::post(end.get_executor(), asio::use_awaitable);   // the timer no longer uses `cancel`
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

}   // namespace

TEST_CASE("hundreds of sessions that begin and end at random leave no process, descriptor or thread", "[faults][storm]")
{
    auto const* wanted = std::getenv("COTRACE_SEED");
    auto const seed = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : std::random_device{}();
    INFO("COTRACE_SEED=" << seed);
    auto const descriptors = open_descriptors();
    auto const before = children();
    auto const own_threads = threads_of(pid{::getpid()}).size();
    run_for(5 * live_limit, [&]() -> task<void> {
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
        auto const over_at = std::chrono::steady_clock::now() + (short_form() ? 4s : 60s);
        auto const at_least = short_form() ? 40 : 200;
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

}   // namespace storm_tests
