// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/task.hpp>
#include <cotrace/testing/run.hpp>
#include <cotrace/traced_target.hpp>

#include <utility>
#include <vector>

namespace cotrace::testing {

/// Reads all records of `target` until the records end, and returns the records as a run. `target` needs a channel of
/// its own. No record of `target` may have been read before. This function has no time limit.
///
///     auto const seen = co_await testing::record_run(target);
///     seen.expect(testing::never(call("connect")));
///
/// Errors and cancellation: those of `target.async_read`. Records that were read before an error or a cancellation are
/// lost.
template <traced_target Target>
task<run> record_run(Target& target)
{
    std::vector<record> all;
    while (co_await target.async_read(all) != 0) {
    }
    co_return run{std::move(all)};
}

}   // namespace cotrace::testing
