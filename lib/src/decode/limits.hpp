// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/capture.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace cotrace::decode {

/// The largest number of elements that are captured of one array.
inline std::uint64_t most_elements(capture_options const& options) noexcept
{
    constexpr std::uint64_t verbose_elements = 1 << 16;
    return options.verbose ? verbose_elements : options.string_limit;
}

/// The limits for one stop, which follow from the options as `capture_options` says.
struct limits {
    std::size_t bytes;      ///< the most bytes of memory that are read
    std::size_t reads;      ///< the most reads of memory and lookups in /proc, taken together
    std::size_t elements;   ///< the most elements of all arrays together
};

inline limits limits_of(capture_options const& options) noexcept
{
    constexpr std::size_t ordinary_string = 128;     // up to this string limit, `most_bytes` and `most_reads` are enough
    constexpr std::size_t beside_string = 1024;      // bytes that are read in addition to a string, such as its address
    constexpr std::size_t strings_in_element = 32;   // an element can be a message that has several buffers
    constexpr std::size_t reads_for_string = 2;
    constexpr std::size_t verbose_factor = 16;
    constexpr std::size_t largest_bytes = std::size_t{1} << 30;
    constexpr std::size_t largest_reads = std::size_t{1} << 20;
    constexpr std::size_t largest_elements = std::size_t{1} << 18;

    // Returns `left * right`, but at least `least` and at most `most`. If `least` is larger than `most`, returns `least`.
    auto const product = [](std::size_t left, std::size_t right, std::size_t least, std::size_t most) {
        return std::max(least, right != 0 && left > most / right ? most : left * right);
    };
    std::size_t const factor = options.verbose ? verbose_factor : 1;
    auto const length = std::min(options.string_limit, capture_options::unlimited);
    auto const elements = length > ordinary_string ? length : 0;
    auto const bytes = product(options.most_bytes, factor, options.most_bytes, largest_bytes);
    auto const reads = product(options.most_reads, factor, options.most_reads, largest_reads);
    auto const strings = elements * strings_in_element;
    return {.bytes = product(strings, length + beside_string, bytes, largest_bytes),
            .reads = product(strings, reads_for_string, reads, largest_reads),
            .elements = largest_elements};
}

}   // namespace cotrace::decode
