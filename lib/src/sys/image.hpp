// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <cstdint>
#include <optional>

namespace cotrace::sys {

/// The entry address, the text mapping and the initial stack pointer of the program that a process executes.
struct program_image {
    std::uint64_t entry = 0;        ///< the address of the program's own first instruction (AT_ENTRY)
    bool has_loader = false;        ///< whether a dynamic loader runs before the program: AT_BASE is not 0
    std::uint64_t text_begin = 0;   ///< the first address of the mapping that contains `entry`; 0 if no mapping was found
    std::uint64_t text_end = 0;
    std::uint64_t stack = 0;   ///< the initial stack pointer
};

/// Reads /proc/TID/{auxv,maps,stat}. `word` is the word size of the process in bytes. Nothing if the files cannot be read.
std::optional<program_image> image_of(tid thread, unsigned word);

/// Whether a thread that makes a system call at `ip` has left the dynamic loader: `ip` is in the program's own text, or `_start`
/// has called main's caller. True if the program has no loader.
bool has_left_loader(program_image const& image, tid thread, std::uint64_t ip, unsigned word);

}   // namespace cotrace::sys
