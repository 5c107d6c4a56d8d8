// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/result.hpp>

#include <optional>
#include <vector>

/// The parts of proc(5) that a tracer needs.
namespace cotrace::sys {

/// From /proc/TID/status.
struct thread_status {
    pid  group{};     ///< Tgid
    pid  parent{};    ///< PPid
    tid  tracer{};    ///< TracerPid; `tid{}` when there is none
    char state = 0;   ///< first letter of State: R S D T t Z X …
};

std::optional<thread_status> status_of(tid thread);

/// The threads of `process`; empty when it is gone.
std::vector<tid> threads_of(pid process);

/// Every process there is.
std::vector<pid> all_processes();

/// True when every other thread of this process blocks SIGCHLD.
bool others_block_sigchld();

} // namespace cotrace::sys
