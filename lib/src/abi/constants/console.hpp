// SPDX-License-Identifier: BSL-1.0
// Virtual terminals and keyboards: linux/kd.h, linux/keyboard.h.
// Up to Linux 6.18, by number: names.hpp says why.
#pragma once

#include <cotrace/abi/named_values.hpp>

namespace cotrace::abi::names {

inline constexpr enum_table console_modes{"KD_???", {
    {0, "KD_TEXT"},
    {1, "KD_GRAPHICS"},
    {2, "KD_TEXT0"},
    {3, "KD_TEXT1"},
}};

inline constexpr enum_table keyboard_modes{"K_???", {
    {0, "K_RAW"},
    {1, "K_XLATE"},
    {2, "K_MEDIUMRAW"},
    {3, "K_UNICODE"},
    {4, "K_OFF"},
}};

inline constexpr enum_table keyboard_meta_modes{"K_???", {
    {3, "K_METABIT"},
    {4, "K_ESCPREFIX"},
}};

inline constexpr enum_table keyboard_types{"KB_???", {
    {1, "KB_84"},
    {2, "KB_101"},
    {3, "KB_OTHER"},
}};

inline constexpr enum_table keyboard_tables{"K_???", {
    {0, "K_NORMTAB"},
    {1, "K_SHIFTTAB"},
    {2, "K_ALTTAB"},
    {3, "K_ALTSHIFTTAB"},
}};

inline constexpr enum_table keyboard_key_types{"KT_???", {
    {0, "KT_LATIN"},
    {1, "KT_FN"},
    {2, "KT_SPEC"},
    {3, "KT_PAD"},
    {4, "KT_DEAD"},
    {5, "KT_CONS"},
    {6, "KT_CUR"},
    {7, "KT_SHIFT"},
    {8, "KT_META"},
    {9, "KT_ASCII"},
    {10, "KT_LOCK"},
    {11, "KT_LETTER"},
    {12, "KT_SLOCK"},
    {13, "KT_DEAD2"},
    {14, "KT_BRL"},
}};

inline constexpr flag_table keyboard_leds{"LED_???", {
    {0x1, "LED_SCR"},
    {0x2, "LED_NUM"},
    {0x4, "LED_CAP"},
}};

inline constexpr enum_table font_operations{"KD_FONT_OP_???", {
    {0, "KD_FONT_OP_SET"},
    {1, "KD_FONT_OP_GET"},
    {2, "KD_FONT_OP_SET_DEFAULT"},
    {3, "KD_FONT_OP_COPY"},
    {4, "KD_FONT_OP_SET_TALL"},
    {5, "KD_FONT_OP_GET_TALL"},
}};

inline constexpr flag_table font_flags{"KD_FONT_FLAG_???", {
    {0x1, "KD_FONT_FLAG_DONT_RECALC"},
    {0x80000000, "KD_FONT_FLAG_OLD"},
}};

inline constexpr enum_table terminal_vertical_delays{"VT?", {
    {0, "VT0"},
    {0x4000, "VT1"},
}};

inline constexpr enum_table terminal_newline_delays{"NL?", {
    {0, "NL0"},
    {256, "NL1"},
}};

inline constexpr enum_table terminal_formfeed_delays{"FF?", {
    {0, "FF0"},
    {0x8000, "FF1"},
}};

inline constexpr enum_table terminal_return_delays{"CR?", {
    {0, "CR0"},
    {512, "CR1"},
    {1024, "CR2"},
    {1536, "CR3"},
}};

inline constexpr enum_table terminal_tab_delays{"TAB?", {
    {0, "TAB0"},
    {2048, "TAB1"},
    {0x1000, "TAB2"},
    {0x1800, "XTABS"},
}};

inline constexpr enum_table terminal_backspace_delays{"BS?", {
    {0, "BS0"},
    {0x2000, "BS1"},
}};

inline constexpr enum_table terminal_characters{"V???", {
    {0, "VINTR"},
    {1, "VQUIT"},
    {2, "VERASE"},
    {3, "VKILL"},
    {4, "VEOF"},
    {5, "VTIME"},
    {6, "VMIN"},
    {7, "VSWTC"},
    {8, "VSTART"},
    {9, "VSTOP"},
    {10, "VSUSP"},
    {11, "VEOL"},
    {12, "VREPRINT"},
    {13, "VDISCARD"},
    {14, "VWERASE"},
    {15, "VLNEXT"},
    {16, "VEOL2"},
}};

} // namespace cotrace::abi::names
