// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace cotrace::render {

/// What the number at the end of a line of `folded_stacks` counts.
enum class folded_weight : std::uint8_t {
    calls,   ///< system calls
    time,    ///< microseconds that the calls took: `syscall_exited::took`
};

/// Counts system calls by their call stacks, and writes the counts as "folded stacks", the input of programs that draw
/// flame graphs. A line has the name of the thread, the functions from the outermost to the innermost, and the name of
/// the call. The number at the end of the line is a count or a time (`folded_weight`):
///
///     ls;_start;main;print_dir;opendir;openat 3
///
/// The records need stacks (`capture_options::stacks`) that a `symbolizer` has resolved. Records without a stack are
/// not counted. The name of the thread is left out if the records do not have it (`record::comm`).
class folded_stacks {
public:
    explicit folded_stacks(folded_weight weight = folded_weight::calls) noexcept;

    void count(record const& seen);
    /// Appends the lines, sorted.
    void append(std::string& to) const;

private:
    folded_weight weight_;
    std::map<std::string, std::chrono::nanoseconds> time_;   ///< the key is a line without its number
    std::map<std::string, std::uint64_t> calls_;             ///< the key is a line without its number
};

}   // namespace cotrace::render
