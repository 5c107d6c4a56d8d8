// SPDX-License-Identifier: BSL-1.0
#include "support/run_for.hpp"

#include "support/catch.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <stdexcept>

using namespace std::chrono_literals;
using cotrace::task;

TEST_CASE("a coroutine that ends in time has run to its end")
{
    bool ran = false;
    run_for(10s, [&]() -> task<void> {
        ran = true;
        co_return;
    });
    CHECK(ran);
}

TEST_CASE("a coroutine that never ends is given up at the limit, and its frame destroyed")
{
    struct witness {
        bool* gone;
        ~witness() { *gone = true; }
    };
    bool destroyed    = false;
    bool const in_time = ends_within(20ms, [&]() -> task<void> {
        witness const watch{&destroyed};
        cotrace::asio::steady_timer never{co_await cotrace::asio::this_coro::executor, 1h};
        co_await never.async_wait(cotrace::asio::use_awaitable);
    });
    CHECK_FALSE(in_time);
    CHECK(destroyed);
}

TEST_CASE("what a coroutine throws comes out of run_for")
{
    auto const thrower = []() -> task<void> {
        throw std::runtime_error{"broken"};
        co_return;
    };
    CHECK_THROWS_AS(run_for(10s, thrower), std::runtime_error);
}
