// SPDX-License-Identifier: BSL-1.0
#pragma once

// Functions for tests that attach to guests or detach from guests.

#include "support/catch.hpp"
#include "support/collect.hpp"

#include <cotrace/error.hpp>
#include <cotrace/tracer.hpp>

#include <stdexcept>
#include <utility>

#include <unistd.h>

namespace cotrace::test {

/// Whether the main thread of this process traces `thread`.
inline bool is_traced_here(tid thread) { return raw(tracer_of(thread)) == ::getpid(); }

/// Attaches to `which` and returns the session. Throws if the attach fails.
inline task<session> attached(tracer& by, target_list which, session_options options = {})
{
    auto tried = co_await result_of(by.async_attach(std::move(which), std::move(options), use_tuple));
    if (tried.has_error())
        throw std::runtime_error{tried.error().message()};
    co_return std::move(tried).value();
}

/// The error of an attach that must fail. Throws if the attach succeeds.
inline task<failure> refused(tracer& by, target_list which)
{
    auto const tried = co_await result_of(by.async_attach(std::move(which), use_tuple));
    if (tried.has_value())
        throw std::logic_error{"the attach succeeded"};
    co_return tried.error();
}

/// Options of a session that does not trace the threads and processes that its traced threads create.
inline session_options without_following()
{
    session_options options;
    options.follow = false;
    return options;
}

/// Checks that `detach` fails because of the engine's seccomp filter, and kills the tracees.
inline task<void> check_cannot_detach(session& target)
{
    auto const refused = target.detach();
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == errc::filtered);
    CHECK(target.kill());
    (void)co_await drain(target);
    auto const end = co_await target.async_wait();
    CHECK(end.killed);
}

}   // namespace cotrace::test
