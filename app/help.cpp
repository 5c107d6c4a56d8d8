// SPDX-License-Identifier: BSL-1.0
#include "help.hpp"

#include "option_table.hpp"

#include <cstddef>

#include <getopt.h>

namespace cotrace::app {

namespace {

/// The left column of the help text: "  -s, --string-limit=SIZE".
std::string left_column(option_row const& which)
{
    std::string line = which.letter ? std::string{"  -"} + which.letter : std::string{"    "};
    if (which.names[0])
        line.append(which.letter ? ", --" : "  --").append(which.names[0]);
    if (which.argument == required_argument)
        line.append(which.names[0] ? "=" : " ").append(which.metavar);
    else if (which.argument == optional_argument)
        line.append("[=").append(which.metavar).append("]");
    return line;
}

}   // namespace

std::string help()
{
    constexpr std::size_t indent = 32;
    static constexpr choice<help_section> sections[] = {
        {"Startup", help_section::startup},     {"Tracing", help_section::tracing}, {"Filtering", help_section::filtering},
        {"Tampering", help_section::tampering}, {"Output", help_section::output},   {"Statistics", help_section::statistics},
        {"Miscellaneous", help_section::misc},
    };
    std::string text = "Usage: cotrace [OPTION]... [-p PID]... [COMMAND [ARGUMENT]...]\n"
                       "Traces the system calls and signals of COMMAND, or of processes that are already running.\n";
    for (auto const& [title, wanted] : sections) {
        text.append("\n").append(title).append(":\n");
        for (auto const& each : option_table()) {
            if (each.section != wanted)
                continue;
            std::string line = left_column(each);
            if (line.size() + 2 > indent)
                text.append(line).append("\n").append(indent, ' ');
            else
                text.append(line).append(indent - line.size(), ' ');
            for (char const* c = each.help; *c; ++c)
                *c == '\n' ? text.append("\n").append(indent, ' ') : text.append(1, *c);
            text.append("\n");
        }
    }
    text += "\n"
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
    return text;
}

}   // namespace cotrace::app
