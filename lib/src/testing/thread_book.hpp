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
    std::string name;                        ///< "1.2": the second that "1" made; the same in each run
    unsigned    children = 0;
    bool        begun = false;               ///< its program's main has, or a library's caller of it
    std::optional<sys::program_image> image; ///< of its program, once it was looked at
    std::unordered_map<std::string, std::uint64_t> made;   ///< calls that count, by name
};

/// Tells the threads of a session apart by who made them, which is the same in
/// each run of a program whose threads do the same, where ids and the order in
/// which threads that run at once come are not.
class thread_book {
public:
    void note(record const& seen);
    known_thread* find(tid thread);

private:
    std::unordered_map<tid, known_thread> threads_;
};

} // namespace cotrace::testing
