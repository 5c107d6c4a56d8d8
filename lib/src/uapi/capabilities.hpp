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

/// Two struct __user_cap_data_struct, with the lower and the upper 32 bits of each set. Version 1 has only the first
/// structure.
inline constexpr structure capability_data{{
    {"effective", capability_set},
    {"permitted", capability_set},
    {"inheritable", capability_set},
}};

} // namespace cotrace::uapi
