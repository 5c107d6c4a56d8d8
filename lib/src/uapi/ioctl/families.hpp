// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/constants/process.hpp"

#include "uapi/words.hpp"

/// The types of the third argument of ioctl(2), one `shape::choice` for each family of requests, which has a letter
/// (_IOC_TYPE). The cases are request numbers or parts of request numbers. A request with other numbers on i386 or x32 has
/// several cases.
namespace cotrace::uapi {

extern type const autofs_ioctl;
extern type const block_ioctl;
extern type const btrfs_ioctl;
extern type const clock_ioctl;
extern type const console_ioctl;
extern type const counter_ioctl;
extern type const device_mapper_ioctl;
extern type const disk_ioctl;
extern type const disk_ioctl_i386;
extern type const event_counter_ioctl;
extern type const event_ioctl;
extern type const extended_file_ioctl;
extern type const file_ioctl;
extern type const file_system_ioctl;
extern type const filter_ioctl;
extern type const flash_ioctl;
extern type const flash_volume_ioctl;
extern type const fuse_ioctl;
extern type const gpio_ioctl;
extern type const hidraw_ioctl;
extern type const joystick_ioctl;
extern type const kvm_ioctl;
extern type const loop_ioctl;
extern type const namespace_ioctl;
extern type const network_disk_ioctl;
extern type const poll_ioctl;
extern type const precision_clock_ioctl;
extern type const process_ioctl;
extern type const random_ioctl;
extern type const remote_control_ioctl;
extern type const scsi_ioctl;
extern type const shared_buffer_ioctl;
extern type const socket_ioctl;
extern type const tee_ioctl;
extern type const tty_ioctl;
extern type const usb_ioctl;
extern type const user_input_ioctl;
extern type const userfaultfd_ioctl;
extern type const vhost_ioctl;
extern type const video_ioctl;
extern type const watch_ioctl;
extern type const watchdog_ioctl;

/// The families by letter. The letter is shifted to the bits that it has in a request number.
inline constexpr choice_case ioctl_families[] = {
    {0x03 << 8, disk_ioctl},
    {0x12 << 8, block_ioctl},
    {0x15 << 8, file_system_ioctl},
    {0x21 << 8, filter_ioctl},
    {0x22 << 8, scsi_ioctl},
    {0x24 << 8, event_counter_ioctl},
    {0x3d << 8, precision_clock_ioctl},
    {0x3e << 8, counter_ioctl},
    {'E' << 8, event_ioctl},
    {'H' << 8, hidraw_ioctl},
    {'I' << 8, watch_ioctl},
    {'K' << 8, console_ioctl},
    {'L' << 8, loop_ioctl},
    {'M' << 8, flash_ioctl},
    {'O' << 8, flash_volume_ioctl},
    {'R' << 8, random_ioctl},
    {'T' << 8, tty_ioctl},
    {'U' << 8, usb_ioctl},
    {'V' << 8, video_ioctl},
    {'W' << 8, watchdog_ioctl},
    {'X' << 8, extended_file_ioctl},
    {'f' << 8, file_ioctl},
    {'i' << 8, remote_control_ioctl},
    {'j' << 8, joystick_ioctl},
    {'o' << 8, flash_volume_ioctl},
    {'p' << 8, clock_ioctl},
    {'u' << 8, shared_buffer_ioctl},
    {0x89 << 8, socket_ioctl},
    {0x8a << 8, poll_ioctl},
    {0x93 << 8, autofs_ioctl},
    {0x94 << 8, btrfs_ioctl},
    {0xa4 << 8, tee_ioctl},
    {0xaa << 8, userfaultfd_ioctl},
    {0xab << 8, network_disk_ioctl},
    {0xae << 8, kvm_ioctl},
    {0xaf << 8, vhost_ioctl},
    {0xb4 << 8, gpio_ioctl},
    {0xb7 << 8, namespace_ioctl},
    {0xe5 << 8, fuse_ioctl},
    {0xfd << 8, device_mapper_ioctl},
    {0xff << 8, process_ioctl},
};

/// The families whose types on i386 differ from those in `ioctl_families`.
inline constexpr choice_case ioctl_families_i386[] = {
    {0x03 << 8, disk_ioctl_i386},
};

/// The types of return values that are not plain numbers, by request number.
inline constexpr choice_case ioctl_results[] = {
    {0x5441, as::fd},   // TIOCGPTPEER
    {0x54e3, as::fd},   // TUNGETDEVNETNS
    {0xaa00, as::fd},   // USERFAULTFD_IOC_NEW
    {0xae01, as::fd},   // KVM_CREATE_VM
    {0xae41, as::fd},   // KVM_CREATE_VCPU
    {0xaece, as::fd},   // KVM_GET_STATS_FD
    {0xb701, as::fd},   // NS_GET_USERNS
    {0xb702, as::fd},   // NS_GET_PARENT
    {0xb703, as::one_of_decimal<names::namespace_types, width::klong>},   // NS_GET_NSTYPE
    {0xff01, as::fd},   // PIDFD_GET_CGROUP_NAMESPACE
    {0xff02, as::fd},   // PIDFD_GET_IPC_NAMESPACE
    {0xff03, as::fd},   // PIDFD_GET_MNT_NAMESPACE
    {0xff04, as::fd},   // PIDFD_GET_NET_NAMESPACE
    {0xff05, as::fd},   // PIDFD_GET_PID_NAMESPACE
    {0xff06, as::fd},   // PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE
    {0xff07, as::fd},   // PIDFD_GET_TIME_NAMESPACE
    {0xff08, as::fd},   // PIDFD_GET_TIME_FOR_CHILDREN_NAMESPACE
    {0xff09, as::fd},   // PIDFD_GET_USER_NAMESPACE
    {0xff0a, as::fd},   // PIDFD_GET_UTS_NAMESPACE
    {0xc040aed4, as::fd},   // KVM_CREATE_GUEST_MEMFD
};

} // namespace cotrace::uapi
