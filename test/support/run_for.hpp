// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/catch.hpp"

#include <cotrace/task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

/// Runs `body()` on a new context, and rethrows its exception. If the coroutine has not ended after `limit`, destroys the
/// coroutine and returns false.
template <class Body>
bool ends_within(std::chrono::steady_clock::duration limit, Body body)
{
    cotrace::asio::io_context context{1};
    std::optional<std::exception_ptr> ended;
    cotrace::asio::co_spawn(context, body(), [&](std::exception_ptr thrown) { ended = thrown; });
    context.run_for(limit);
    if (ended && *ended)
        std::rethrow_exception(*ended);
    return ended.has_value();
}

/// Runs a coroutine to its end. Fails the test if the coroutine has not ended after `limit`.
template <class Body>
void run_for(std::chrono::steady_clock::duration limit, Body body)
{
    INFO("limit: " << std::chrono::duration_cast<std::chrono::seconds>(limit).count() << " s");
    bool const ended_in_time = ends_within(limit, std::move(body));
    REQUIRE(ended_in_time);
}
