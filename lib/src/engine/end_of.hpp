// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include "sys/wait.hpp"

#include <sys/wait.h>

namespace cotrace::engine {

/// The record of the end of a thread or process with this wait status. If the status is that of no end, or other code
/// took it, nothing is known of the end.
inline thread_exited end_of(sys::wait_status const& status) noexcept
{
    using kind = sys::wait_status::kind;
    switch (status.what) {
    case kind::exited: return {status.code, false, false, true};
    case kind::killed: return {status.code, true, false, true};
    case kind::dumped: return {status.code, true, true, true};
    case kind::stopped:
    case kind::vanished: break;
    }
    return {0, false, false, false};
}

/// Like the other `end_of`, for a status as wait(2) encodes it.
inline thread_exited end_of(int status) noexcept
{
    if (WIFSIGNALED(status))
        return {WTERMSIG(status), true, WCOREDUMP(status) != 0, true};
    return {WEXITSTATUS(status), false, false, true};
}

}   // namespace cotrace::engine
