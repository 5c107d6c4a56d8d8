// SPDX-License-Identifier: BSL-1.0
// Input devices: linux/input.h. Some requests have any size there is room for,
// and some numbers contain the code that they ask about.
#include "abi/common.hpp"
#include "abi/constants/device.hpp"
#include "abi/constants/driver.hpp"
#include "abi/custom.hpp"
#include "abi/growing.hpp"
#include "abi/ioctl/families.hpp"

#include <algorithm>

namespace cotrace::abi {
namespace {

using namespace as;

// As many bytes of bits as the request returned, but no more than `Most` bits.
template <auto const& Names, std::uint64_t Most>
constexpr type bits_of = {.shape = shape::bit_names, .names = &Names, .length = exactly(Most)};
template <auto const& Names, std::uint64_t Most>
constexpr type bits_got = {.shape = shape::custom, .of = &bits_of<Names, Most>, .decode = decode::returned_bits};
template <auto const& Names, std::uint64_t Most>
constexpr auto const& bits = out<bits_got<Names, Most>>;

constexpr name_table properties = renamed(names::input_properties, "PROP_???");

constexpr structure identity{{{"bustype", uint16}, {"vendor", uint16}, {"product", uint16}, {"version", uint16}}};
constexpr structure delay_and_period{{{"delay", uint32}, {"period", uint32}}};
constexpr type repetition = {.shape = shape::custom, .of = &delay_and_period, .decode = decode::tuple};

constexpr auto const& key = one_of<names::input_keys>;
constexpr structure scan_code{{{"scancode", uint32}, {"keycode", key}}};
constexpr type scan_and_key = {.shape = shape::custom, .of = &scan_code, .decode = decode::tuple};
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

// The last came with Linux 2.6.37; the request says how much of it there is.
constexpr structure axis{{
    {"value", uint32},
    {"minimum", uint32},
    {"maximum", uint32, shown::verbose},
    {"fuzz", uint32, shown::verbose},
    {"flat", uint32, shown::verbose},
    {"resolution", uint32, shown::verbose},
}};
constexpr type sized_axis = {.shape = shape::custom, .of = &axis, .length = request_size(), .count = 20, .decode = decode::cut_to_size};

// Codes of axes that belong to a contact.
constexpr bool of_contact(named_value const& row) { return row.name.starts_with("ABS_MT_"); }
constexpr auto const& axes = names::input_absolute_axes.storage;
constexpr auto const* first_contact = std::find_if(std::begin(axes), std::end(axes), of_contact);
constexpr name_table contact_axes{first_contact, static_cast<std::uint32_t>(std::end(axes) - first_contact), true, "ABS_MT_???"};
static_assert(std::all_of(first_contact, std::end(axes), of_contact));
constexpr structure contacts{{{"code", one_of<contact_axes>}, {"values", nothing}}};
constexpr type contact_slots = {.shape = shape::custom, .of = &contacts, .length = request_size(), .decode = decode::contact_slots};

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
// The widest part of the union is the one of periodic effects.
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

// By direction and the upper bits of the number, which has the axis in the lower ones.
constexpr choice_case axis_requests[] = {
    {0x400000c0, in<sized_axis>},    // EVIOCSABS
    {0x80000040, out<sized_axis>},   // EVIOCGABS
};
constexpr auto const& axis_request = chosen<argument(1, 0xc00000c0), axis_requests, long_hex>;

// By direction and number, whatever the size.
constexpr choice_case sized_requests[] = {
    {0x80000006, out_bytes},                                      // EVIOCGNAME
    {0x80000007, out_bytes},                                      // EVIOCGPHYS
    {0x80000008, out_bytes},                                      // EVIOCGUNIQ
    {0x80000009, bits<properties, 0x1f>},                         // EVIOCGPROP
    {0x8000000a, out<contact_slots>},                             // EVIOCGMTSLOTS
    {0x80000018, bits<names::input_keys, 0x2ff>},                 // EVIOCGKEY
    {0x80000019, bits<names::input_leds, 0xf>},                   // EVIOCGLED
    {0x8000001a, bits<names::input_sounds, 7>},                   // EVIOCGSND
    {0x8000001b, bits<names::input_switches, 0x10>},              // EVIOCGSW
    {0x80000020, bits<names::input_event_types, 0x1f>},           // EVIOCGBIT of all types, and of each
    {0x80000021, bits<names::input_keys, 0x2ff>},
    {0x80000022, bits<names::input_relative_axes, 0xf>},
    {0x80000023, bits<names::input_absolute_axes, 0x3f>},
    {0x80000024, bits<names::input_miscellaneous, 7>},
    {0x80000025, bits<names::input_switches, 0x10>},
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
    {0x40104593, in<event_mask>},        // EVIOCSMASK
    {0x40284504, in<keymap_entry>},      // EVIOCSKEYCODE_V2
    {0x402c4580, in<effect>},            // EVIOCSFF of i386 and x32
    {0x40304580, in<effect>},            // EVIOCSFF
    {0x80044501, out<hex32>},            // EVIOCGVERSION
    {0x80044584, out<uint32>},           // EVIOCGEFFECTS
    {0x80084502, out<identity>},         // EVIOCGID
    {0x80084503, out<repetition>},       // EVIOCGREP
    {0x80084504, out<scan_and_key>},     // EVIOCGKEYCODE
    {0x80104592, in<event_mask>},        // EVIOCGMASK, which fills what codes_ptr points to
    {0x80284504, out<keymap_entry>},     // EVIOCGKEYCODE_V2
};

} // namespace

constinit type const event_ioctl = chosen<argument(1), requests, sized_request>;

} // namespace cotrace::abi
