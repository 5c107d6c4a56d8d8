// SPDX-License-Identifier: BSL-1.0
// Names of constants for USB devices, from linux/usbdevice_fs.h. The tables contain the names up to Linux 6.18.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr enum_table usb_urb_types{"USBDEVFS_URB_TYPE_???", {
    {0, "USBDEVFS_URB_TYPE_ISO"},
    {1, "USBDEVFS_URB_TYPE_INTERRUPT"},
    {2, "USBDEVFS_URB_TYPE_CONTROL"},
    {3, "USBDEVFS_URB_TYPE_BULK"},
}};

inline constexpr flag_table usb_urb_flags{"USBDEVFS_URB_???", {
    {0x1, "USBDEVFS_URB_SHORT_NOT_OK"},
    {0x2, "USBDEVFS_URB_ISO_ASAP"},
    {0x4, "USBDEVFS_URB_BULK_CONTINUATION"},
    {0x20, "USBDEVFS_URB_NO_FSBR"},
    {0x40, "USBDEVFS_URB_ZERO_PACKET"},
    {0x80, "USBDEVFS_URB_NO_INTERRUPT"},
}};

inline constexpr flag_table usb_capabilities{"USBDEVFS_CAP_???", {
    {0x1, "USBDEVFS_CAP_ZERO_PACKET"},
    {0x2, "USBDEVFS_CAP_BULK_CONTINUATION"},
    {0x4, "USBDEVFS_CAP_NO_PACKET_SIZE_LIM"},
    {0x8, "USBDEVFS_CAP_BULK_SCATTER_GATHER"},
    {0x10, "USBDEVFS_CAP_REAP_AFTER_DISCONNECT"},
    {0x20, "USBDEVFS_CAP_MMAP"},
    {0x40, "USBDEVFS_CAP_DROP_PRIVILEGES"},
    {0x80, "USBDEVFS_CAP_CONNINFO_EX"},
    {0x100, "USBDEVFS_CAP_SUSPEND"},
}};

inline constexpr flag_table usb_claim_flags{"USBDEVFS_DISCONNECT_CLAIM_???", {
    {0x1, "USBDEVFS_DISCONNECT_CLAIM_IF_DRIVER"},
    {0x2, "USBDEVFS_DISCONNECT_CLAIM_EXCEPT_DRIVER"},
}};

} // namespace cotrace::uapi::names
