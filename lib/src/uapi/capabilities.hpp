// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/constants/security.hpp"

#include "uapi/words.hpp"

/// The capability sets of capget(2) and capset(2).
namespace cotrace::uapi {

inline constexpr slice capability_halves[] = {
    {as::flags<names::capability_masks>, 0xffffffff},
    {as::flags<names::upper_capability_masks>, 0xffffffff00000000, false, {}, 32},
};
inline constexpr auto const& capability_set = as::packed<capability_halves, width::u64>;

/// An array of two struct __user_cap_data_struct. Each of the two structures has a 32-bit half of every capability set.
/// The halves of a set are joined to one number. In version 1 of the interface, there is only the structure with the lower
/// halves.
inline constexpr structure capability_data{{
    {"effective", capability_set},
    {"permitted", capability_set},
    {"inheritable", capability_set},
}};

} // namespace cotrace::uapi
