// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/debug_log.hpp>
#include <cotrace/ids.hpp>

#include <atomic>

namespace cotrace::sys {

/// The function that `set_debug_log` has set; null if there is none.
extern std::atomic<debug_log> debug_log_target;

/// Whether a debug log is set. To be checked before the text of a line is made.
inline bool has_debug_log() noexcept { return debug_log_target.load(std::memory_order_relaxed) != nullptr; }

/// Writes the line "THREAD: WHAT: DETAILS", cut to 255 characters, to the debug log, if there is one.
void log(tid thread, std::string_view what, std::string_view details) noexcept;

}   // namespace cotrace::sys
