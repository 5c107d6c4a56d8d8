// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/type.hpp>

/// What the third argument of ioctl(2) is. A request's number has the letter of
/// its family in the second byte (_IOC_TYPE); each family decides by the whole
/// number in a file of its own. Where i386 or x32 have another size, and so
/// another number, they have a case of their own.
namespace cotrace::abi {

extern type const btrfs_ioctl;
extern type const device_mapper_ioctl;
extern type const event_ioctl;
extern type const kvm_ioctl;
extern type const tty_ioctl;
extern type const userfaultfd_ioctl;
extern type const video_ioctl;

/// By letter, in the place that it has in the number.
inline constexpr choice_case ioctl_families[] = {
    {'E' << 8, event_ioctl},
    {'T' << 8, tty_ioctl},
    {'V' << 8, video_ioctl},
    {0x94 << 8, btrfs_ioctl},
    {0xaa << 8, userfaultfd_ioctl},
    {0xae << 8, kvm_ioctl},
    {0xfd << 8, device_mapper_ioctl},
};

} // namespace cotrace::abi
