// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "help_topics.hpp"
#include "option_table.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace cotrace::app {

/// The sections of the options in the help text and in the manual page, in order, with their titles.
inline constexpr std::array help_sections{
    choice<help_section>{"Startup", help_section::startup},
    choice<help_section>{"Tracing", help_section::tracing},
    choice<help_section>{"Filtering", help_section::filtering},
    choice<help_section>{"Tampering", help_section::tampering},
    choice<help_section>{"Output", help_section::output},
    choice<help_section>{"Statistics", help_section::statistics},
    choice<help_section>{"Recorded traces (cotrace view FILE)", help_section::view},
    choice<help_section>{"Miscellaneous", help_section::misc},
};

/// The left column of the help text: "  -s, --string-limit=SIZE".
std::string left_column(option_row const& which);

/// The beginning of a help text, up to the end of its first clause. Completions of shells show it.
std::string first_clause(std::string_view text);

/// Appends `text` to the last line of `to`, with line breaks before the column `width` and indents of `indent` spaces.
void append_wrapped(std::string& to, std::string_view text, std::size_t indent, std::size_t width);

/// The number of columns of the help, from 40 to 120: the environment variable COLUMNS, otherwise the width of the terminal,
/// otherwise 80.
std::size_t help_width();

/// The text that --help prints.
std::string help(std::size_t width);

/// The text that --help=TOPIC prints.
std::string help_on(help_topic const& topic, std::size_t width);

}   // namespace cotrace::app
