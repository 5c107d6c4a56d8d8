// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/run_for.hpp"

#include <boost/config/helper_macros.hpp>

#include <chrono>
#include <cstdlib>
#include <string>

namespace cotrace::test {

/// The time limit of a live test. On slow machines, COTRACE_LIMIT gives a longer limit, in seconds.
inline std::chrono::seconds const live_limit = [] {
    char const* const wanted = std::getenv("COTRACE_LIMIT");
    return std::chrono::seconds{wanted != nullptr ? std::stoi(wanted) : 60};
}();

}   // namespace cotrace::test

/// Begins a test case with a coroutine as its body:
///
///     LIVE_TEST("name", "[tags]")
///     {
///         co_await …;
///     }
///
/// SECTION and GENERATE do not work in a coroutine: a case that needs them is a TEST_CASE that calls `run_for`.
#define LIVE_TEST(...) LIVE_TEST_WITHIN(::cotrace::test::live_limit, __VA_ARGS__)

/// A LIVE_TEST with the time limit `limit`, for example LIVE_TEST_WITHIN(5 * live_limit, "name", "[tags]").
#define LIVE_TEST_WITHIN(limit, ...) COTRACE_LIVE_TEST(BOOST_JOIN(live_test_at_, __LINE__), limit, __VA_ARGS__)

#define COTRACE_LIVE_TEST(body, limit, ...)                                                                                      \
    static ::cotrace::task<void> body();                                                                                         \
    TEST_CASE(__VA_ARGS__) { run_for(limit, body); }                                                                             \
    static ::cotrace::task<void> body()
