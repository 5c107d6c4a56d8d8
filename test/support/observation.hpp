// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/needs_root.hpp"

namespace cotrace::test {

/// Options of a session that observes `calls`, or all calls if `calls` is null.
inline session_options by_observation(char const* calls = nullptr) { return traced_by(tracing::observation, calls); }

/// If the function returns true, this user, machine or build cannot observe, and the test case must return.
inline task<bool> cannot_observe(tracer& by)
{
    if (lacks_root("observation"))
        co_return true;
    auto done = co_await result_of(by.async_launch(quiet(program("nothing")), by_observation(), use_tuple));
    if (!done && done.error().code == errc::not_observable) {
        WARN("not checked: " << done.error().message());
        co_return true;
    }
    co_return false;
}

}   // namespace cotrace::test
