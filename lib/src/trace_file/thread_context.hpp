// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace cotrace::trace_file {

/// What the earlier records of a thread in the current frame contain. A record leaves out values that have not changed.
struct thread_context {
    pid process{};
    std::shared_ptr<std::string const> comm{};
    std::uint64_t sp = 0;                         ///< the stack pointer at the last call
    std::uint64_t entered = 0;                    ///< the time of the record of the last entry, in nanoseconds
    std::shared_ptr<syscall_call const> call{};   ///< the call that the thread is in; null if it is in no call
};

}   // namespace cotrace::trace_file
