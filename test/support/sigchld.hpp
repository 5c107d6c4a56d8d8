// SPDX-License-Identifier: BSL-1.0
#pragma once

// Sets a disposition of SIGCHLD, as a host program may, and checks that tracing works with it.

#include "support/catch.hpp"
#include "support/collect.hpp"

#include <cotrace/tracer.hpp>
#include <cotrace/waiting.hpp>

#include <boost/asio/this_coro.hpp>

#include <csignal>

namespace cotrace::test {

/// Sets a disposition of SIGCHLD until the end of the test.
class child_signal {
public:
    child_signal(void (*handler)(int), int flags)
    {
        struct sigaction action {};
        action.sa_handler = handler;
        action.sa_flags = flags;
        ::sigaction(SIGCHLD, &action, &before_);
    }
    ~child_signal() { ::sigaction(SIGCHLD, &before_, nullptr); }

private:
    struct sigaction before_ {};
};

/// Traces a guest and its children to their end.
inline task<void> check_tracing(waiting how)
{
    tracer by{co_await asio::this_coro::executor, how};
    auto const seen = co_await trace_of(by, program("forks_many", "60", "8"));
    CHECK(seen.output == "ended 60 sum 1770\n");
    CHECK(count<thread_exited>(seen.records) == 61);
}

/// Traces a guest with threads to its end. The guest makes no children: it may inherit an ignored SIGCHLD, and
/// wait(2) for a child would then fail.
inline task<void> check_tracing_threads(waiting how)
{
    tracer by{co_await asio::this_coro::executor, how};
    auto const seen = co_await trace_of(by, program("threads_many", "40"));
    CHECK(seen.output == "joined 40\n");
    CHECK(count<thread_exited>(seen.records) == 41);
}

}   // namespace cotrace::test
