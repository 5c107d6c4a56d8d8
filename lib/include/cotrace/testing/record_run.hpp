// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/task.hpp>
#include <cotrace/testing/run.hpp>
#include <cotrace/traced_target.hpp>

#include <utility>
#include <vector>

namespace cotrace::testing {

/// Reads all records of a `session` or a `pooled_session` that the test has launched or attached itself, until the
/// records have ended, and returns them as a run. The session must have a channel of its own, from which no record was
/// read yet. This function has no time limit, unlike the operations of a `subject`.
///
///     auto const seen = co_await testing::record_run(target);
///     seen.expect(testing::never(call("connect")));
///
/// Errors and cancellation: those of `target.async_read`. Records that were read before the error are lost.
template <traced_target Target>
task<run> record_run(Target& target)
{
    std::vector<record> all;
    while (co_await target.async_read(all) != 0) {
    }
    co_return run{std::move(all)};
}

}   // namespace cotrace::testing
