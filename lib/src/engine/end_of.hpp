// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include "sys/wait.hpp"

#include <sys/wait.h>

namespace cotrace::engine {

/// Converts the wait status of the end of a thread or process to a record. `thread_exited::known` is false if `status` is not
/// that of an end.
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

/// Converts a status that is encoded as in wait(2) to a record of the end of a thread or process.
inline thread_exited end_of(int status) noexcept
{
    if (WIFSIGNALED(status))
        return {WTERMSIG(status), true, WCOREDUMP(status) != 0, true};
    return {WEXITSTATUS(status), false, false, true};
}

}   // namespace cotrace::engine
