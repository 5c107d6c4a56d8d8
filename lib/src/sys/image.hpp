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

/// Reads /proc/TID/{auxv,maps,stat}. `word` is the word size of the process in bytes.
/// Returns nothing if the thread is gone, or if this process may not read these files.
std::optional<program_image> image_of(tid thread, unsigned word);

/// Whether a thread that makes a system call at the address `ip` has left the dynamic loader.
/// True if the program has no loader, if `ip` is in the program's own text, or if the program's
/// `_start` has called the function that calls main. The third case is recognized by the return
/// address of that call: an address shortly after the entry, in the first frames of the stack.
bool has_left_loader(program_image const& image, tid thread, std::uint64_t ip, unsigned word);

}   // namespace cotrace::sys
