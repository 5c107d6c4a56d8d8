// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace cotrace {

namespace abi {
class vocabulary;
}

/// Some numbers, or all but some; by default none.
struct number_set {
    std::vector<std::int32_t> these{};
    bool all_but = false;

    bool has(std::int32_t number) const noexcept
    {
        return (std::find(these.begin(), these.end(), number) != these.end()) != all_but;
    }
    bool empty() const noexcept { return these.empty() && !all_but; }
};

/// How much of a call is captured while its thread is stopped. Less is cheaper.
struct capture_options {
    bool decode  = true;               ///< false: numbers only, no memory is read
    bool verbose = false;              ///< arrays and structures in full, not abbreviated
    bool follow  = true;               ///< false: of what pointers point to, only strings and buffers are read
    std::size_t string_limit = 32;     ///< bytes of a string or buffer, and elements of an array unless `verbose`
    std::size_t most_bytes = 1 << 18;  ///< of memory read at one stop
    std::size_t most_reads = 512;      ///< reads made at one stop
    number_set read_from{};            ///< of reads from these descriptors all data are kept, as the note "dump"; -e read
    number_set written_to{};           ///< the same of writes; -e write
    std::shared_ptr<abi::vocabulary const> words{};   ///< descriptors of the user's own, which are asked first; see cotrace/abi/vocabulary.hpp
};

} // namespace cotrace
