// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "option_table.hpp"

#include <array>
#include <string>
#include <string_view>

namespace cotrace::app {

/// The sections of the options in the help text and in the manual page, in order, with their titles.
inline constexpr std::array help_sections{
    choice<help_section>{"Startup", help_section::startup},     choice<help_section>{"Tracing", help_section::tracing},
    choice<help_section>{"Filtering", help_section::filtering}, choice<help_section>{"Tampering", help_section::tampering},
    choice<help_section>{"Output", help_section::output},       choice<help_section>{"Statistics", help_section::statistics},
    choice<help_section>{"Miscellaneous", help_section::misc},
};

/// What the help text and the manual page say about the end of cotrace: paragraphs with an empty line between them.
inline constexpr std::string_view about_the_end =
    "cotrace ends with the exit status of COMMAND, or by the signal that killed COMMAND. Exit statuses\n"
    "for failures of cotrace: 127, COMMAND was not found; 126, COMMAND could not be executed; 1, any\n"
    "other failure.\n"
    "\n"
    "cotrace passes SIGTERM and SIGHUP on to COMMAND, traces COMMAND until it ends, and then detaches\n"
    "from the processes that COMMAND left running. ^C and ^\\ reach COMMAND from the terminal, and cotrace\n"
    "does not react to them while COMMAND runs. After the end of COMMAND, SIGTERM, SIGHUP and a repeated\n"
    "^C detach cotrace from the processes that COMMAND left running. Without a COMMAND, any of these\n"
    "signals detaches cotrace from all traced processes. The next signal ends cotrace at once and kills\n"
    "COMMAND, as SIGKILL does.\n"
    "Where the kernel filters the calls (-f with -e trace, and --entries-only), cotrace cannot detach\n"
    "from the processes that COMMAND left running, because their calls would fail. cotrace then runs\n"
    "until they have ended; the next signal kills them.\n";

/// The left column of the help text: "  -s, --string-limit=SIZE".
std::string left_column(option_row const& which);

/// The text that --help prints.
std::string help();

}   // namespace cotrace::app
