// SPDX-License-Identifier: BSL-1.0
// ioctl_console(2): keyboards, fonts and character maps of virtual terminals.
#include "uapi/common.hpp"
#include "uapi/constants/console.hpp"
#include "uapi/custom.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"
#include "uapi/spelling.hpp"

#include <cotrace/uapi/signals.hpp>

namespace cotrace::uapi {
namespace {

using namespace as;

// Appends the frequency of a tone, or "off". `period` is in ticks of the interval timer.
void spell_frequency(std::string& to, std::uint64_t period)
{
    constexpr std::uint64_t timer_rate = 1193182;
    if (period == 0 || period > timer_rate) {
        to += "off";
        return;
    }
    spell_decimal(to, timer_rate / period);
    to += " Hz";
}

void spell_sound(std::string& to, type const&, std::uint64_t number, spelling how)
{
    spell_decimal(to, number);
    if (how == spelling::number)
        return;
    to += " /* ";
    spell_frequency(to, number & 0xffffffff);
    to += " */";
}

void spell_tone(std::string& to, type const&, std::uint64_t number, spelling how)
{
    auto const length = number >> 16, period = number & 0xffff;
    if (length != 0) {
        spell_decimal(to, length);
        to += "<<16|";
    }
    spell_decimal(to, period);
    if (how == spelling::number)
        return;
    to += " /* ";
    spell_frequency(to, length != 0 ? period : 0);
    if (length != 0 && period != 0) {
        to += ", ";
        spell_decimal(to, length);
        to += " ms";
    }
    to += " */";
}

void spell_port(std::string& to, type const&, std::uint64_t number, spelling how)
{
    constexpr std::uint64_t first = 0x3b4, last = 0x3df;   // GPFIRST and GPLAST of vt_ioctl.c in the kernel
    spell_hex(to, number);
    if (number < first || number > last || how == spelling::number)
        return;
    to += " /* GPFIRST + ";
    spell_decimal(to, number - first);
    to += " */";
}

constexpr auto const& sound = spelled<spell_sound, width::klong, style::unsigned_decimal>;
constexpr auto const& tone = spelled<spell_tone, width::u32, style::unsigned_decimal>;
constexpr auto const& video_port = spelled<spell_port, width::klong, style::unsigned_decimal>;

constexpr auto const& leds = flags<names::keyboard_leds, width::u8>;
constexpr auto const& led_settings = flags<names::keyboard_led_settings, width::u8>;
constexpr auto const& keyboard_type = one_of<names::keyboard_types, width::u8>;
constexpr auto const& mode = one_of<names::console_modes>;
constexpr auto const& keyboard_mode = one_of_decimal<names::keyboard_modes>;
constexpr auto const& meta_mode = one_of<names::keyboard_meta_modes>;

constexpr auto const& screen_map = hex_bytes<exactly(256)>;

// Appends a Unicode character of a screen map. 512 characters from UNI_DIRECT_BASE on are positions in the font (linux/kd.h).
void spell_map_character(std::string& to, type const&, std::uint64_t number, spelling how)
{
    constexpr std::uint64_t base = 0xf000, mask = 0x1ff;
    bool const direct = (number & ~mask) == base;
    if (!direct || how != spelling::name)
        spell_hex(to, number);
    if (!direct || how == spelling::number)
        return;
    to += how == spelling::both ? " /* UNI_DIRECT_BASE+" : "UNI_DIRECT_BASE+";
    spell_hex(to, number & mask);
    to += how == spelling::both ? " */" : "";
}

constexpr auto const& map_character = spelled<spell_map_character, width::u16>;
constexpr auto const& unicode_map = as::array<map_character, exactly(256)>;
constexpr auto const& old_font = hex_bytes<exactly(8192)>;   // the bitmaps of 256 characters, 8 by 32 pixels each
constexpr auto const& colours = hex_bytes<exactly(48)>;

// The number of a keyboard table, which is a set of modifier keys. The first four tables have names.
constexpr auto const& table_name = one_of<names::keyboard_tables, width::u8>;
constexpr choice_case named_tables[] = {{0, table_name}, {1, table_name}, {2, table_name}, {3, table_name}};
constexpr type modifier_table = flags<names::keyboard_modifiers, width::u8>;
constexpr type key_table = {.shape = shape::choice, .width = width::u8, .of = &modifier_table, .length = {.from = source::field},
                            .cases = named_tables, .count = static_cast<std::uint16_t>(std::size(named_tables))};

// Appends the number of a key, and in a comment the name of the key, or its type and value: "K(KT_LATIN, 'A')".
void spell_key(std::string& to, type const&, std::uint64_t number, spelling how)
{
    spell_hex(to, number);
    if (how == spelling::number)
        return;
    if (auto const* row = names::keyboard_keys.find(number)) {
        to.append(" /* ").append(row->name).append(" */");
        return;
    }
    auto const kind = number >> 8, value = number & 0xff;
    to += " /* K(";
    if (auto const* row = names::keyboard_key_types.find(kind))
        to += row->name;
    else
        spell_hex(to, kind);
    to += ", ";
    enum : std::uint64_t { latin = 0, meta = 8, letter = 11, dead2 = 13 };
    if (kind == latin || kind == meta || kind == letter || kind == dead2)
        spell_character(to, static_cast<unsigned char>(value));
    else
        spell_hex(to, value);
    to += ") */";
}

constexpr auto const& key_value = spelled<spell_key, width::u16, style::unsigned_decimal>;

constexpr structure key_asked{{{"kb_table", key_table}, {"kb_index", uint8}}};
constexpr structure key_entry{{{"kb_table", key_table}, {"kb_index", uint8}, {"kb_value", key_value}}};

// The names of the function keys, by the low byte of the key. The high byte, the type, is 1.
struct function_keys : spelled_table<256, 24> {
    constexpr function_keys() : spelled_table{"KVAL(K_??\?)"}
    {
        for (auto const& row : names::keyboard_keys.storage)
            if (row.value >> 8 == 1)
                add(row.value & 0xff, 0xff, {"KVAL(", row.name, ")"});
        sorted = true;
    }
};
constexpr function_keys function_key_names;
constexpr auto const& function_key = one_of<function_key_names, width::u8>;
constexpr structure key_string_asked{{{"kb_func", function_key}}};
constexpr structure key_string{{{"kb_func", function_key}, {"kb_string", characters}}};

constexpr structure accent{{{"diacr", character}, {"base", character}, {"result", character}}};
constexpr structure accents{{{"kb_cnt", uint32}, {"kbdiacr", as::array<accent, member(0)>}}};
constexpr structure wide_accent{{{"diacr", hex32}, {"base", hex32}, {"result", hex32}}};
constexpr structure wide_accents{{{"kb_cnt", uint32}, {"kbdiacruc", as::array<wide_accent, member(0)>}}};

constexpr structure key_code{{{"scancode", hex32}, {"keycode", hex32}}};
constexpr structure key_code_found{{{"scancode", hex32}, {"keycode", hex32, shown::changed}}};
// Appends the name of the signal of KDSIGACCEPT. A number that is not a signal number is shown as a number.
void spell_accepted(std::string& to, type const&, std::uint64_t number, spelling how)
{
    auto const name = number < 0x7fffffff ? signal_name(static_cast<int>(number)) : std::string_view{};
    if (name.empty() || how != spelling::name)
        spell_decimal(to, number);
    if (name.empty() || how == spelling::number)
        return;
    to += how == spelling::both ? " /* " : "";
    to += name;
    to += how == spelling::both ? " */" : "";
}
constexpr auto const& accepted_signal = spelled<spell_accepted, width::word>;

constexpr structure repeat_rate{{{"delay", integer}, {"period", integer}}};

constexpr structure map_hints{{{"advised_hashsize", uint16}, {"advised_hashstep", uint16}, {"advised_hashlevel", uint16}}};
constexpr structure map_pair{{{"unicode", hex16}, {"fontpos", hex16}}};
constexpr auto const& map_pairs = in<as::array<map_pair, member(0)>>;
constexpr structure map_room{{{"entry_ct", uint16}, {"entries", address, shown::never}}};
constexpr structure map_set{{{"entry_ct", uint16}, {"entries", map_pairs}}};
constexpr structure map_got{{{"entry_ct", uint16, shown::changed}, {"entries", map_pairs}}};
constexpr structure map_refused{{{"entry_ct", uint16, shown::changed}, {"entries", address}}};
constexpr type map_wanted = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &map_room,
                             .after = &map_got, .failed = &map_refused};

constexpr structure font_room{{{"charcount", uint16}, {"charheight", uint16}, {"chardata", address}}};
constexpr structure font{{
    {"charcount", uint16},
    {"charheight", uint16},
    {"chardata", in<hex_bytes<times(member(0), 32)>>},
}};

// struct console_font_op, the argument of KDFONTOP. The field `op` decides which other fields are used.
constexpr type font_data = {.shape = shape::custom, .width = width::word, .custom = {.decode = decode::font_data}};
constexpr auto const& operation = one_of<names::font_operations>;
constexpr auto const& font_flags = flags<names::font_flags>;
constexpr structure font_set{{
    {"op", operation}, {"flags", font_flags}, {"width", uint32}, {"height", uint32}, {"charcount", uint32}, {"data", font_data},
}};
constexpr structure font_given{{
    {"op", operation}, {"flags", font_flags}, {"width", uint32}, {"height", uint32}, {"charcount", uint32}, {"data", address},
}};
constexpr structure font_got{{
    {"op", operation, shown::never}, {"flags", font_flags, shown::never}, {"width", uint32}, {"height", uint32},
    {"charcount", uint32}, {"data", font_data},
}};
constexpr structure font_changed{{
    {"op", operation, shown::never}, {"flags", font_flags, shown::never}, {"width", uint32}, {"height", uint32},
    {"charcount", uint32}, {"data", address},
}};
constexpr structure font_default{{
    {"op", operation}, {"flags", font_flags, shown::never}, {"width", uint32}, {"height", uint32},
    {"charcount", uint32, shown::never}, {"data", string},
}};
constexpr structure font_default_set{{
    {"op", operation, shown::never}, {"flags", font_flags, shown::never}, {"width", uint32}, {"height", uint32},
    {"charcount", uint32, shown::never}, {"data", address, shown::never},
}};
constexpr structure font_copied{{
    {"op", operation}, {"flags", font_flags, shown::never}, {"width", uint32, shown::never}, {"height", uint32},
    {"charcount", uint32, shown::never}, {"data", address, shown::never},
}};
constexpr choice_case font_operations[] = {
    {0, in<font_set>},
    {1, replaced<font_given, font_got>},
    {2, replaced<font_default, font_default_set>},
    {3, in<font_copied>},
};
constexpr auto const& font_operation = chosen<pointee(2), font_operations, replaced<font_given, font_changed>>;

constexpr choice_case requests[] = {
    {0x4b2f, sound},   // KIOCSOUND
    {0x4b30, tone},   // KDMKTONE
    {0x4b31, out<leds>},   // KDGETLED
    {0x4b32, leds},   // KDSETLED
    {0x4b33, out<keyboard_type>},   // KDGKBTYPE
    {0x4b34, video_port},   // KDADDIO
    {0x4b35, video_port},   // KDDELIO
    {0x4b36, nothing},   // KDENABIO
    {0x4b37, nothing},   // KDDISABIO
    {0x4b3a, mode},   // KDSETMODE
    {0x4b3b, out<mode>},   // KDGETMODE
    {0x4b3c, nothing},   // KDMAPDISP
    {0x4b3d, nothing},   // KDUNMAPDISP
    {0x4b40, out<screen_map>},   // GIO_SCRNMAP
    {0x4b41, in<screen_map>},   // PIO_SCRNMAP
    {0x4b44, out<keyboard_mode>},   // KDGKBMODE
    {0x4b45, keyboard_mode},   // KDSKBMODE
    {0x4b46, completed<key_asked, key_entry>},   // KDGKBENT
    {0x4b47, in<key_entry>},   // KDSKBENT
    {0x4b48, completed<key_string_asked, key_string>},   // KDGKBSENT
    {0x4b49, in<key_string>},   // KDSKBSENT
    {0x4b4a, out<accents>},   // KDGKBDIACR
    {0x4b4b, in<accents>},   // KDSKBDIACR
    {0x4b4c, completed<key_code, key_code_found>},   // KDGETKEYCODE
    {0x4b4d, in<key_code>},   // KDSETKEYCODE
    {0x4b4e, accepted_signal},   // KDSIGACCEPT
    {0x4b52, replaced<repeat_rate, repeat_rate>},   // KDKBDREP
    {0x4b60, out<old_font>},   // GIO_FONT
    {0x4b61, in<old_font>},   // PIO_FONT
    {0x4b62, out<meta_mode>},   // KDGKBMETA
    {0x4b63, meta_mode},   // KDSKBMETA
    {0x4b64, out<led_settings>},   // KDGKBLED
    {0x4b65, led_settings},   // KDSKBLED
    {0x4b66, map_wanted},   // GIO_UNIMAP
    {0x4b67, in<map_set>},   // PIO_UNIMAP
    {0x4b68, in<map_hints>},   // PIO_UNIMAPCLR
    {0x4b69, out<unicode_map>},   // GIO_UNISCRNMAP
    {0x4b6a, in<unicode_map>},   // PIO_UNISCRNMAP
    {0x4b6b, replaced<font_room, font>},   // GIO_FONTX
    {0x4b6c, in<font>},   // PIO_FONTX
    {0x4b6d, nothing},   // PIO_FONTRESET
    {0x4b70, out<colours>},   // GIO_CMAP
    {0x4b71, in<colours>},   // PIO_CMAP
    {0x4b72, font_operation},   // KDFONTOP
    {0x4bfa, out<wide_accents>},   // KDGKBDIACRUC
    {0x4bfb, in<wide_accents>},   // KDSKBDIACRUC
};

} // namespace

constinit type const console_ioctl = chosen<argument(1), requests, long_hex>;

} // namespace cotrace::uapi
