// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace cotrace {

namespace abi {
class vocabulary;
}

/// How much of a call is captured while its thread is stopped. Less is cheaper.
struct capture_options {
    bool decode  = true;               ///< false: numbers only, no memory is read
    bool verbose = false;              ///< arrays and structures in full, not abbreviated
    std::size_t string_limit = 32;     ///< bytes of a string or buffer, and elements of an array unless `verbose`
    std::size_t most_bytes = 1 << 18;  ///< of memory read at one stop
    std::size_t most_reads = 512;      ///< reads made at one stop
    std::shared_ptr<abi::vocabulary const> words{};   ///< descriptors of the user's own, which are asked first; see cotrace/abi/vocabulary.hpp
};

} // namespace cotrace
