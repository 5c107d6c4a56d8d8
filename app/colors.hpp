// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <cotrace/render/colors.hpp>

#include <optional>
#include <string_view>

namespace cotrace::app {

/// The colors that `setting`, the value of STRACE_COLORS, selects, such as "retval=1;33:error=31". As in strace, an item with an
/// unknown name or an invalid color is ignored.
render::text_colors parse_colors(std::string_view setting);

/// Whether --color=auto colors the text. `no_color` and `term` are the values of NO_COLOR and TERM in the environment, or null.
bool terminal_has_colors(bool is_terminal, char const* no_color, char const* term);

/// The colors of the trace; empty if the trace has no colors. `fd` is the output; -1 if each thread has its own file.
std::optional<render::text_colors> colors_for(options const& wanted, int fd);

}   // namespace cotrace::app
