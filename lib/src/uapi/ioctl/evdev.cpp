// SPDX-License-Identifier: BSL-1.0
// Input devices: linux/input.h, linux/uinput.h, linux/joystick.h. Some request numbers contain a size, an axis or an event
// type.
#include "uapi/common.hpp"
#include "uapi/constants/device.hpp"
#include "uapi/constants/driver.hpp"
#include "uapi/custom.hpp"
#include "uapi/growing.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

#include <algorithm>

namespace cotrace::uapi {
namespace {

using namespace as;

// A set of at most `Most` bits, which the request writes. The return value of ioctl(2) is the size of the set in bytes.
template <auto const& Names, std::uint64_t Most>
constexpr type bits_of = {.shape = shape::bit_names, .names = &Names, .length = exactly(Most)};
template <auto const& Names, std::uint64_t Most>
constexpr type bits_got = {.shape = shape::custom, .of = &bits_of<Names, Most>, .custom = {.decode = decode::returned_bits}};
template <auto const& Names, std::uint64_t Most>
constexpr auto const& bits = out<bits_got<Names, Most>>;

constexpr auto const& properties = names::input_properties;

constexpr structure identity{{{"bustype", uint16}, {"vendor", uint16}, {"product", uint16}, {"version", uint16}}};
constexpr structure delay_and_period{{{"delay", uint32}, {"period", uint32}}};
constexpr type repetition = {.shape = shape::custom, .of = &delay_and_period, .custom = {.decode = decode::tuple}};

constexpr auto const& key = one_of<names::input_keys>;
constexpr structure scan_code{{{"scancode", uint32}, {"keycode", key}}};
constexpr type scan_and_key = {.shape = shape::custom, .of = &scan_code, .custom = {.decode = decode::tuple}};
constexpr structure keymap_entry{{
    {"flags", uint8},
    {"len", uint8},
    {"index", uint16, shown::verbose},
    {"keycode", key, shown::verbose},
    {"scancode", array<hex8, exactly(32)>, shown::verbose},
}};
constexpr structure event_mask{{
    {"type", one_of<names::input_event_types>},
    {"codes_size", uint32},
    {"codes_ptr", address64},
}};

// struct input_absinfo. Old kernels do not have the last field. The request number contains the size of the structure.
constexpr structure axis{{
    {"value", uint32},
    {"minimum", uint32},
    {"maximum", uint32, shown::verbose},
    {"fuzz", uint32, shown::verbose},
    {"flat", uint32, shown::verbose},
    {"resolution", uint32, shown::verbose},
}};
constexpr type sized_axis = {.shape = shape::custom, .of = &axis, .length = request_size(), .count = 20,
                             .custom = {.decode = decode::cut_to_size}};

// The names of the axes that describe a contact on a multi-touch device (ABS_MT_*).
constexpr bool of_contact(named_value const& row) { return row.name.starts_with("ABS_MT_"); }
constexpr auto const& axes = names::input_absolute_axes.storage;
constexpr auto const* first_contact = std::find_if(std::begin(axes), std::end(axes), of_contact);
constexpr name_table contact_axes{first_contact, static_cast<std::uint32_t>(std::end(axes) - first_contact), true, "ABS_MT_???"};
static_assert(std::all_of(first_contact, std::end(axes), of_contact));
constexpr structure contacts{{{"code", one_of<contact_axes>}, {"values", nothing}}};
constexpr type contact_slots = {.shape = shape::custom, .of = &contacts, .length = request_size(),
                                .custom = {.decode = decode::contact_slots}};

constexpr structure trigger{{{"button", uint16}, {"interval", uint16}}};
constexpr structure replay{{{"length", uint16}, {"delay", uint16}}};
constexpr structure envelope{{{"attack_length", uint16}, {"attack_level", uint16}, {"fade_length", uint16}, {"fade_level", hex16}}};
constexpr structure constant{{{"level", int16}, {"envelope", envelope}}};
constexpr structure ramp{{{"start_level", int16}, {"end_level", int16}, {"envelope", envelope}}};
constexpr structure rumble{{{"strong_magnitude", uint16}, {"weak_magnitude", uint16}}};
constexpr structure periodic{{
    {"waveform", uint16},
    {"period", uint16},
    {"magnitude", int16},
    {"offset", int16},
    {"phase", uint16},
    {"envelope", envelope},
    {"custom_len", uint32},
    {"custom_data", address},
}};
constexpr condition of_type(std::uint32_t type) { return {0, true, 0xffff, type}; }
// struct ff_effect, which ends with a union. `periodic` is the largest member of the union.
constexpr structure effect{{
    {"type", one_of<names::force_feedback_effects, width::u16>},
    {"id", int16},
    {"direction", uint16},
    {"trigger", trigger, shown::verbose},
    {"replay", replay, shown::verbose},
    {"u", periodic, shown::never},
    {"constant", within<constant, periodic>, shown::verbose, 0, of_type(82)},
    {"ramp", within<ramp, periodic>, shown::verbose, 0, of_type(87)},
    {"periodic", within<periodic, periodic>, shown::verbose, 0, of_type(81)},
    {"rumble", within<rumble, periodic>, shown::verbose, 0, of_type(80)},
}};
static_assert(effect.size[0] == 48 && effect.size[1] == 44);

// The argument of EVIOCGMASK and EVIOCSMASK, struct input_mask. strace shows only the address of the structure.
constexpr choice_case no_mask[] = {{0, address}};
constexpr auto const& mask_passed = chosen<argument(2), no_mask, address_only<in<event_mask>>>;

// The argument of an unknown request: an address if the request number has one direction (_IOC_READ or _IOC_WRITE), otherwise
// a number.
constexpr choice_case others[] = {
    {0x40000000, address},
    {0x80000000, address},
};
constexpr auto const& other_request = chosen<argument(1, 0xc0000000), others, long_hex>;

// Requests about an axis, by the direction (_IOC_DIR) and the upper two bits of _IOC_NR. The lower six bits are the axis.
constexpr choice_case axis_requests[] = {
    {0x400000c0, in<sized_axis>},    // EVIOCSABS
    {0x80000040, out<sized_axis>},   // EVIOCGABS
};
constexpr auto const& axis_request = chosen<argument(1, 0xc00000c0), axis_requests, other_request>;

// Requests with a buffer of any size, by the direction (_IOC_DIR) and the number (_IOC_NR) in the request number.
constexpr choice_case sized_requests[] = {
    {0x80000006, out_bytes},                                      // EVIOCGNAME
    {0x80000007, out_bytes},                                      // EVIOCGPHYS
    {0x80000008, out_bytes},                                      // EVIOCGUNIQ
    {0x80000009, bits<properties, 0x1f>},                         // EVIOCGPROP
    {0x8000000a, out<contact_slots>},                             // EVIOCGMTSLOTS
    {0x80000018, bits<names::input_keys, 0x2ff>},                 // EVIOCGKEY
    {0x80000019, bits<names::input_leds, 0xf>},                   // EVIOCGLED
    {0x8000001a, bits<names::input_sounds, 7>},                   // EVIOCGSND
    {0x8000001b, bits<names::input_switches, 0x11>},              // EVIOCGSW
    // EVIOCGBIT. The number (_IOC_NR) is 0x20 plus an event type. Event type 0 gets the supported event types, another event
    // type the supported codes of that type.
    {0x80000020, bits<names::input_event_types, 0x1f>},
    {0x80000021, bits<names::input_keys, 0x2ff>},
    {0x80000022, bits<names::input_relative_axes, 0xf>},
    {0x80000023, bits<names::input_absolute_axes, 0x3f>},
    {0x80000024, bits<names::input_miscellaneous, 7>},
    {0x80000025, bits<names::input_switches, 0x11>},
    {0x80000031, bits<names::input_leds, 0xf>},
    {0x80000032, bits<names::input_sounds, 7>},
    {0x80000034, bits<names::input_repeats, 1>},
    {0x80000035, bits<names::force_feedback_effects, 0x7f>},
    {0x80000036, out<integer>},
    {0x80000037, bits<names::force_feedback_states, 1>},
};
constexpr auto const& sized_request = chosen<argument(1, 0xc00000ff), sized_requests, axis_request>;

constexpr choice_case requests[] = {
    {0x40044581, integer},               // EVIOCRMFF
    {0x40044590, long_unsigned},         // EVIOCGRAB
    {0x40044591, long_unsigned},         // EVIOCREVOKE
    {0x400445a0, in<uint32>},            // EVIOCSCLOCKID
    {0x40084503, in<repetition>},        // EVIOCSREP
    {0x40084504, in<scan_and_key>},      // EVIOCSKEYCODE
    {0x40104593, mask_passed},   // EVIOCSMASK
    {0x40284504, in<keymap_entry>},      // EVIOCSKEYCODE_V2
    {0x402c4580, in<effect>},            // EVIOCSFF of i386 and x32
    {0x40304580, in<effect>},            // EVIOCSFF
    {0x80044501, out<hex32>},            // EVIOCGVERSION
    {0x80044584, out<uint32>},           // EVIOCGEFFECTS
    {0x80084502, out<identity>},         // EVIOCGID
    {0x80084503, out<repetition>},       // EVIOCGREP
    {0x80084504, out<scan_and_key>},     // EVIOCGKEYCODE
    {0x80104592, mask_passed},   // EVIOCGMASK, which writes to the buffer at codes_ptr
    {0x80284504, out<keymap_entry>},     // EVIOCGKEYCODE_V2
};

} // namespace

constinit type const event_ioctl = chosen<argument(1), requests, sized_request>;

namespace {

// Virtual devices that a process creates (uinput).
constexpr structure device_setup{{{"id", identity}, {"name", characters_in<80>}, {"ff_effects_max", uint32}}};
constexpr structure axis_setup{{{"code", one_of<names::input_absolute_axes, width::u16>}, {"absinfo", axis}}};
constexpr structure erased{{{"request_id", uint32}, {"retval", integer}, {"effect_id", uint32}}};
constexpr structure upload_wanted{{
    {"request_id", uint32},
    {"retval", integer, shown::never},
    {"effect", effect, shown::never},
    {"old", effect, shown::never},
}};
constexpr structure uploaded{{{"request_id", uint32}, {"retval", integer}, {"effect", effect}, {"old", effect, shown::verbose}}};
static_assert(device_setup.size[0] == 0x5c && axis_setup.size[0] == 0x1c && uploaded.size[0] == 0x68 && uploaded.size[1] == 0x60);

constexpr choice_case user_requests[] = {
    {0x40045564, bytes_only<one_of<names::input_event_types>>},               // UI_SET_EVBIT
    {0x40045565, bytes_only<key>},                                            // UI_SET_KEYBIT
    {0x40045566, bytes_only<one_of<names::input_relative_axes>>},             // UI_SET_RELBIT
    {0x40045567, bytes_only<one_of<names::input_absolute_axes>>},             // UI_SET_ABSBIT
    {0x40045568, bytes_only<one_of<names::input_miscellaneous>>},             // UI_SET_MSCBIT
    {0x40045569, bytes_only<one_of<names::input_leds>>},                      // UI_SET_LEDBIT
    {0x4004556a, bytes_only<one_of<names::input_sounds>>},                    // UI_SET_SNDBIT
    {0x4004556b, bytes_only<one_of<names::force_feedback_effects>>},          // UI_SET_FFBIT
    {0x4004556c, bytes_only<string>},                                         // UI_SET_PHYS of i386 and x32
    {0x4004556d, bytes_only<one_of<names::input_switches>>},                  // UI_SET_SWBIT
    {0x4004556e, bytes_only<one_of<properties>>},                             // UI_SET_PROPBIT
    {0x400c55cb, bytes_only<in<erased>>},                                     // UI_END_FF_ERASE
    {0x401c5504, bytes_only<in<axis_setup>>},                                 // UI_ABS_SETUP
    {0x405c5503, bytes_only<in<device_setup>>},                               // UI_DEV_SETUP
    {0x4008556c, bytes_only<string>},                                         // UI_SET_PHYS
    {0x406055c9, bytes_only<in<uploaded>>},                                   // UI_END_FF_UPLOAD of i386 and x32
    {0x406855c9, bytes_only<in<uploaded>>},                                   // UI_END_FF_UPLOAD
    {0x8004552d, bytes_only<out<hex32>>},                                     // UI_GET_VERSION
    {0xc00c55ca, bytes_only<inout<erased>>},                                  // UI_BEGIN_FF_ERASE
    {0xc06055c8, bytes_only<completed<upload_wanted, uploaded>>},             // UI_BEGIN_FF_UPLOAD of i386 and x32
    {0xc06855c8, bytes_only<completed<upload_wanted, uploaded>>},             // UI_BEGIN_FF_UPLOAD
};
constexpr choice_case user_sized_requests[] = {{0x8000002c, bytes_only<out_bytes>}};   // UI_GET_SYSNAME
constexpr auto const& user_sized_request = chosen<argument(1, 0xc00000ff), user_sized_requests, unknown_argument>;

constexpr choice_case joystick_requests[] = {
    {0x80016a11, bytes_only<out<uint8>>},           // JSIOCGAXES
    {0x80016a12, bytes_only<out<uint8>>},           // JSIOCGBUTTONS
    {0x80046a01, bytes_only<out<hex32>>},           // JSIOCGVERSION
};
constexpr choice_case joystick_sized_requests[] = {{0x80000013, bytes_only<out_bytes>}};   // JSIOCGNAME
constexpr auto const& joystick_sized_request = chosen<argument(1, 0xc00000ff), joystick_sized_requests, unknown_argument>;

} // namespace

constinit type const joystick_ioctl = chosen<argument(1), joystick_requests, joystick_sized_request>;
constinit type const user_input_ioctl = chosen<argument(1), user_requests, user_sized_request>;

} // namespace cotrace::uapi
