// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/type.hpp>

/// What the third argument of ioctl(2) is. A request's number has the letter of
/// its family in the second byte (_IOC_TYPE); each family decides by the whole
/// number in a file of its own. Where i386 or x32 have another size, and so
/// another number, they have a case of their own.
namespace cotrace::abi {

extern type const btrfs_ioctl;
extern type const tty_ioctl;

/// By letter, in the place that it has in the number.
inline constexpr choice_case ioctl_families[] = {
    {'T' << 8, tty_ioctl},
    {0x94 << 8, btrfs_ioctl},
};

} // namespace cotrace::abi
