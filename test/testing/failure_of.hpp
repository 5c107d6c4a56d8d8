// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/testing.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace cotrace::test {

/// The time limit of a wait that is expected to succeed.
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
