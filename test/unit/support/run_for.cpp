// SPDX-License-Identifier: BSL-1.0
#include "support/run_for.hpp"

#include "support/catch.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <stdexcept>

namespace run_for_tests {

using namespace std::chrono_literals;
using cotrace::task;

TEST_CASE("run_for runs a coroutine to its end")
{
    bool ran = false;
    run_for(10s, [&]() -> task<void> {
        ran = true;
        co_return;
    });
    CHECK(ran);
}

TEST_CASE("ends_within returns false and destroys the frame of a coroutine that does not end in time")
{
    struct destruction_flag {
        bool* gone;
        ~destruction_flag() { *gone = true; }
    };
    bool destroyed = false;
    bool const in_time = ends_within(20ms, [&]() -> task<void> {
        destruction_flag const watch{&destroyed};
        cotrace::asio::steady_timer never{co_await cotrace::asio::this_coro::executor, 1h};
        co_await never.async_wait(cotrace::asio::use_awaitable);
    });
    CHECK_FALSE(in_time);
    CHECK(destroyed);
}

TEST_CASE("run_for rethrows a coroutine's exception")
{
    auto const throws = []() -> task<void> {
        throw std::runtime_error{"broken"};
        co_return;
    };
    CHECK_THROWS_AS(run_for(10s, throws), std::runtime_error);
}

}   // namespace run_for_tests
