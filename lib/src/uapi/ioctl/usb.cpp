// SPDX-License-Identifier: BSL-1.0
// USB devices: linux/usbdevice_fs.h. In most request numbers, _IOC_READ means that the kernel reads the argument, and
// _IOC_WRITE that the kernel writes the argument: the opposite of the usual meaning. Data that the device sends are shown at
// exit, except with USBDEVFS_SUBMITURB, because the transfer ends later.
#include "uapi/common.hpp"
#include "uapi/constants/usb.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr condition device_sends(std::int8_t at, bool holds = true) { return {at, holds, 0x80, 0x80}; }

constexpr auto const& sent = in<bytes<returned()>>;
constexpr structure control{{
    {"bRequestType", hex8},
    {"bRequest", hex8},
    {"wValue", hex16},
    {"wIndex", hex16},
    {"wLength", uint16},
    {"timeout", uint32},
    {"data", in<bytes<member(4)>>, shown::always, 0, device_sends(0, false)},
}};
constexpr structure control_done{{
    {"bRequestType", hex8},
    {"bRequest", hex8},
    {"wValue", hex16},
    {"wIndex", hex16},
    {"wLength", uint16},
    {"timeout", uint32},
    {"data", sent},
}};
constexpr structure bulk{{
    {"ep", hex32},
    {"len", uint32},
    {"timeout", uint32},
    {"data", in<bytes<member(1)>>, shown::always, 0, device_sends(0, false)},
}};
constexpr structure bulk_done{{{"ep", hex32}, {"len", uint32}, {"timeout", uint32}, {"data", sent}}};
static_assert(control.size[0] == 24 && control.size[1] == 16 && bulk.size[0] == 24 && bulk.size[1] == 16);

constexpr structure block{{
    {"type", one_of<names::usb_urb_types, width::u8>},
    {"endpoint", hex8},
    {"status", integer, shown::never},
    {"flags", flags<names::usb_urb_flags>},
    {"buffer", in<bytes<member(5)>>, shown::always, 0, device_sends(1, false)},
    {"buffer_length", integer},
    {"actual_length", integer, shown::never},
    {"start_frame", integer, shown::verbose},
    {"number_of_packets", integer, shown::verbose},
    {"error_count", integer, shown::never},
    {"signr", signal, shown::verbose},
    {"usercontext", address},
}};
static_assert(block.size[0] == 56 && block.size[1] == 44);

constexpr structure interface_setting{{{"interface", uint32}, {"altsetting", uint32}}};
constexpr structure disconnect_signal{{{"signr", signal}, {"context", address}}};
constexpr structure driver_asked{{{"interface", uint32}, {"driver", characters_in<256>, shown::never}}};
constexpr structure driver_found{{{"interface", uint32}, {"driver", characters_in<256>}}};
constexpr structure connection{{{"devnum", uint32}, {"slow", uint8}}};
constexpr structure driver_request{{{"ifno", integer}, {"ioctl_code", hex32}, {"data", address}}};
constexpr structure ports{{{"nports", uint8}, {"port", array<uint8, up_to(member(0), 127)>}}};
constexpr structure claim{{{"interface", uint32}, {"flags", flags<names::usb_claim_flags>}, {"driver", characters_in<256>}}};
constexpr structure streams{{{"num_streams", uint32}, {"num_eps", uint32}, {"eps", array<hex8, member(1)>}}};

constexpr choice_case requests[] = {
    {0x0000550b, bytes_only<address>},                                     // USBDEVFS_DISCARDURB
    {0x4004550c, bytes_only<out<address>>},                                // USBDEVFS_REAPURB of i386 and x32
    {0x4004550d, bytes_only<out<address>>},                                // USBDEVFS_REAPURBNDELAY of i386 and x32
    {0x4004551e, bytes_only<in<hex32>>},                                   // USBDEVFS_DROP_PRIVILEGES
    {0x4008550c, bytes_only<out<address>>},                                // USBDEVFS_REAPURB
    {0x4008550d, bytes_only<out<address>>},                                // USBDEVFS_REAPURBNDELAY
    {0x40085511, bytes_only<out<connection>>},                             // USBDEVFS_CONNECTINFO
    {0x41045508, bytes_only<completed<driver_asked, driver_found>>},          // USBDEVFS_GETDRIVER
    {0x80045503, bytes_only<inout<hex32>>},                                // USBDEVFS_RESETEP
    {0x80045505, bytes_only<inout<integer>>},                              // USBDEVFS_SETCONFIGURATION
    {0x8004550f, bytes_only<inout<uint32>>},                               // USBDEVFS_CLAIMINTERFACE
    {0x80045510, bytes_only<inout<uint32>>},                               // USBDEVFS_RELEASEINTERFACE
    {0x80045515, bytes_only<inout<hex32>>},                                // USBDEVFS_CLEAR_HALT
    {0x80045518, bytes_only<inout<uint32>>},                               // USBDEVFS_CLAIM_PORT
    {0x80045519, bytes_only<inout<uint32>>},                               // USBDEVFS_RELEASE_PORT
    {0x8004551a, bytes_only<out<flags<names::usb_capabilities>>>},         // USBDEVFS_GET_CAPABILITIES
    {0x80085504, bytes_only<inout<interface_setting>>},                    // USBDEVFS_SETINTERFACE
    {0x8008550e, bytes_only<inout<disconnect_signal>>},                    // USBDEVFS_DISCSIGNAL of i386 and x32
    {0x8008551c, bytes_only<inout<streams>>},                              // USBDEVFS_ALLOC_STREAMS
    {0x8008551d, bytes_only<inout<streams>>},                              // USBDEVFS_FREE_STREAMS
    {0x8010550e, bytes_only<inout<disconnect_signal>>},                    // USBDEVFS_DISCSIGNAL
    {0x802c550a, bytes_only<inout<block>>},                                // USBDEVFS_SUBMITURB of i386 and x32
    {0x8038550a, bytes_only<inout<block>>},                                // USBDEVFS_SUBMITURB
    {0x80805513, bytes_only<out<ports>>},                                  // USBDEVFS_HUB_PORTINFO
    {0x8108551b, bytes_only<inout<claim>>},                                // USBDEVFS_DISCONNECT_CLAIM
    {0xc00c5512, bytes_only<inout<driver_request>>},                       // USBDEVFS_IOCTL of i386 and x32
    {0xc0105500, bytes_only<completed<control, control_done>>},            // USBDEVFS_CONTROL of i386 and x32
    {0xc0105502, bytes_only<completed<bulk, bulk_done>>},                  // USBDEVFS_BULK of i386 and x32
    {0xc0105512, bytes_only<inout<driver_request>>},                       // USBDEVFS_IOCTL
    {0xc0185500, bytes_only<completed<control, control_done>>},            // USBDEVFS_CONTROL
    {0xc0185502, bytes_only<completed<bulk, bulk_done>>},                  // USBDEVFS_BULK
};

} // namespace

// The argument types of all requests with the letter 'U' (_IOC_TYPE): those of USB devices, and those of uinput.
constinit type const usb_ioctl = chosen<argument(1), requests, user_input_ioctl>;

} // namespace cotrace::uapi
