// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include "sys/image.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace cotrace::testing {

/// What a sweep knows of one thread.
struct known_thread {
    /// The name of the thread: "1.2" is the second thread or process that the thread "1" created.
    std::string name;
    unsigned children = 0;   ///< number of threads and processes that this thread created
    /// Whether the dynamic loader has finished, and the thread has begun to run the program's own code.
    bool begun = false;
    std::optional<sys::program_image> image;               ///< the image of the thread's program; empty until read
    std::unordered_map<std::string, std::uint64_t> made;   ///< for each call name, the number of counted calls
};

/// Gives each thread a name that begins with the name of its creator. Unlike thread ids, the names do not change between runs
/// of a deterministic program.
class thread_book {
public:
    void note(record const& seen);
    known_thread* find(tid thread);

private:
    std::unordered_map<tid, known_thread> threads_;
};

}   // namespace cotrace::testing
