// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/compose.hpp"
#include "uapi/constants/memory.hpp"

#include "uapi/words.hpp"

/// The flags of mmap(2) for all interfaces.
namespace cotrace::uapi {

/// The upper 6 bits of the flags: the logarithm to base 2 of the size of huge pages (mmap(2)).
inline constexpr std::uint64_t huge_bits = std::uint64_t{0x3f} << 26;

inline constexpr auto mapping_rest = renamed(names::mmap_flags);
inline constexpr slice mapping_slices[] = {
    {as::one_of<names::mmap_types, width::klong>, 0xf, true},
    {as::flags<mapping_rest>, 0xffffffff & ~(huge_bits | 0xf)},
    {as::long_unsigned, huge_bits, false, "huge_shift", 26, "MAP_HUGE_SHIFT"},
};
inline constexpr auto const& mapping_flags = as::packed<mapping_slices, width::klong, annotation::whole>;

} // namespace cotrace::uapi
