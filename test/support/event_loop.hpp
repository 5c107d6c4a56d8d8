// SPDX-License-Identifier: BSL-1.0
#pragma once

// Runs an event loop step by step, for tests that decide which thread runs the loop and when the loop ends.

#include "support/collect.hpp"
#include "support/live_test.hpp"

#include <cotrace/tracer.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <optional>
#include <thread>
#include <utility>

namespace cotrace::test {

/// Runs `context` until `done()` is true, `live_limit` has passed, or the context has no more work. Returns the last result of
/// `done()`.
template <class Done>
bool run_until(asio::io_context& context, Done done)
{
    auto const end = std::chrono::steady_clock::now() + live_limit;
    context.restart();
    while (!done() && context.run_one_until(end) != 0) {
    }
    return done();
}

/// Calls `done()` repeatedly, without an event loop, until it returns true or `live_limit` has passed. Returns the last result of
/// `done()`.
template <class Done>
bool becomes_true(Done done)
{
    auto const end = std::chrono::steady_clock::now() + live_limit;
    while (!done() && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    return done();
}

/// Starts a launch on `executor`, and stores the session in `into` when the launch succeeds. An error is ignored.
inline void begin_launch(asio::any_io_executor executor, tracer& by, command what, session_options options,
                         std::optional<session>& into)
{
    asio::co_spawn(
        executor,
        [](tracer& by, command what, session_options options, std::optional<session>& into) -> task<void> {
            into.emplace(co_await by.async_launch(quiet(std::move(what)), std::move(options)));
        }(by, std::move(what), std::move(options), into),
        asio::detached);
}

/// Runs one `async_wait`, and `async_next` until it fails or the records end. Each error code is empty until its operation has
/// ended.
struct pending_operations {
    std::optional<error_code> next;
    std::optional<error_code> wait;

    void begin(session& from)
    {
        from.async_wait([this](error_code ec, thread_exited const&) { wait = ec; });
        read(from);
    }
    bool ended() const { return next && wait; }

private:
    void read(session& from)
    {
        from.async_next([this, &from](error_code ec, std::optional<record> const& got) {
            if (ec || !got)
                next = ec;
            else
                read(from);
        });
    }
};

}   // namespace cotrace::test
