// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/catch.hpp"
#include "support/guests.hpp"

#include <cotrace/record.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <vector>

namespace cotrace::test {

/// Checks that a timer can end a waiting async_next, async_read and async_wait. The session must have no queued record.
template <class Session>
task<void> check_races_with_timer(Session& target)
{
    using namespace asio::experimental::awaitable_operators;
    constexpr std::chrono::milliseconds soon{1};
    asio::steady_timer timer{co_await asio::this_coro::executor};
    std::vector<record> more;
    timer.expires_after(soon);
    auto const next = co_await (target.async_next(asio::use_awaitable) || timer.async_wait(asio::use_awaitable));
    CHECK(next.index() == 1);
    timer.expires_after(soon);
    auto const read = co_await (target.async_read(more, asio::use_awaitable) || timer.async_wait(asio::use_awaitable));
    CHECK(read.index() == 1);
    timer.expires_after(soon);
    auto const end = co_await (target.async_wait(asio::use_awaitable) || timer.async_wait(asio::use_awaitable));
    CHECK(end.index() == 1);
    CHECK(more.empty());
    CHECK(lives(target.root()));
}

}   // namespace cotrace::test
