// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <cotrace/render/colors.hpp>

#include <optional>
#include <string_view>

namespace cotrace::app {

/// The default colors with the changes of `setting`, the value of the environment variable STRACE_COLORS: pieces of
/// the form NAME=SGR, with ':' between the pieces. NAME is argname, argval, call, comment, const, error, punct, retval
/// or syscall, without regard to case. SGR is the parameter of the escape sequence "Select Graphic Rendition", such as
/// "1;33": digits and ';', with at least one digit. Spaces around NAME and SGR are ignored. If several pieces have the
/// same name, the last one applies. Other pieces are ignored, as in strace.
render::text_colors parse_colors(std::string_view setting);

/// Whether --color=auto colors the text. True if the output is a terminal, NO_COLOR is not in the environment, and TERM
/// names a terminal other than "dumb" and "unknown". `no_color` and `term` are the values of the environment variables
/// NO_COLOR and TERM, or null.
bool terminal_has_colors(bool is_terminal, char const* no_color, char const* term);

/// The colors of the trace that is written to the descriptor `fd`; empty if the trace has no colors. If each thread
/// has a file of its own, `fd` is -1.
std::optional<render::text_colors> colors_for(options const& wanted, int fd);

}   // namespace cotrace::app
