// SPDX-License-Identifier: BSL-1.0
#pragma once

// Sets a disposition of SIGCHLD, as a host program may do, and checks that tracing works with this disposition.

#include "support/catch.hpp"
#include "support/collect.hpp"

#include <cotrace/tracer.hpp>
#include <cotrace/waiting.hpp>

#include <boost/asio/this_coro.hpp>

#include <csignal>

namespace cotrace::test {

/// Sets a disposition of SIGCHLD until the object is destroyed.
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

/// Checks that a tracer can trace a guest and the guest's 60 children to their ends.
inline task<void> check_tracing(waiting how)
{
    tracer by{co_await asio::this_coro::executor, how};
    auto const seen = co_await trace_of(by, program("forks_many", "60", "8"));
    CHECK(seen.output == "ended 60 sum 1770\n");
    CHECK(count<thread_exited>(seen.records) == 61);
}

/// Checks that a guest with 40 threads is traced to its end. A guest that ignores SIGCHLD, like its host, could not wait for
/// children.
inline task<void> check_tracing_threads(waiting how)
{
    tracer by{co_await asio::this_coro::executor, how};
    auto const seen = co_await trace_of(by, program("threads_many", "40"));
    CHECK(seen.output == "joined 40\n");
    CHECK(count<thread_exited>(seen.records) == 41);
}

}   // namespace cotrace::test
