// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/testing.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace cotrace::test {

/// A time limit that no wait of these tests is expected to reach.
inline constexpr std::chrono::seconds most{60};

/// Awaits `work`. Returns the text of the `test_failed` that `work` throws, or "nothing failed" if it throws none.
template <class Awaitable>
task<std::string> failure_of(Awaitable work)
{
    try {
        (void)co_await std::move(work);
    } catch (testing::test_failed const& failed) {
        co_return std::string{failed.text()};
    }
    co_return "nothing failed";
}

}   // namespace cotrace::test
