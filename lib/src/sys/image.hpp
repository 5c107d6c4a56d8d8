// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <cstdint>
#include <optional>

namespace cotrace::sys {

/// Where the program that a process executes begins, as the kernel laid it out.
struct program_image {
    std::uint64_t entry = 0;        ///< the program's own first instruction (AT_ENTRY); a loader runs before it
    bool          has_loader = false;   ///< AT_BASE is not 0
    std::uint64_t text_begin = 0;   ///< the mapping that `entry` is in
    std::uint64_t text_end   = 0;
    std::uint64_t stack      = 0;   ///< the stack pointer that it began with
};

/// Read from /proc/TID/{auxv,maps,stat}; `word` is how wide the process's own
/// words are, in bytes. Empty when it is gone, or may not be looked at.
std::optional<program_image> image_of(tid thread, unsigned word);

/// Whether a thread that calls from `ip` is past its loader: the program has
/// none, calls from its own text, or was entered and has not returned, so that
/// the first frames of its stack hold an address just behind its entry, where
/// `_start` calls what calls main.
bool has_begun(program_image const& image, tid thread, std::uint64_t ip, unsigned word);

} // namespace cotrace::sys
