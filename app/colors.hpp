// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <cotrace/render/colors.hpp>

#include <optional>
#include <string_view>

namespace cotrace::app {

/// The colors that `setting` selects, and the default colors of all other kinds of text. `setting` is the value of the
/// environment variable STRACE_COLORS: a list of items NAME=SGR, separated by ':'. NAME is a kind of text, such as "syscall" or
/// "retval". SGR is the parameter of the escape sequence "Select Graphic Rendition", such as "1;33". As in strace, an item with
/// an unknown NAME or an invalid SGR is ignored, and the last of several items with one NAME applies.
render::text_colors parse_colors(std::string_view setting);

/// Whether --color=auto colors the text. True if the output is a terminal, NO_COLOR is not in the environment, and TERM
/// names a terminal other than "dumb" and "unknown". `no_color` and `term` are the values of the environment variables
/// NO_COLOR and TERM, or null.
bool terminal_has_colors(bool is_terminal, char const* no_color, char const* term);

/// The colors of the trace that is written to the descriptor `fd`; empty if the trace has no colors. If each thread
/// has a file of its own, `fd` is -1.
std::optional<render::text_colors> colors_for(options const& wanted, int fd);

}   // namespace cotrace::app
