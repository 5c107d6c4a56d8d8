// SPDX-License-Identifier: BSL-1.0
#include "help.hpp"

#include "option_table.hpp"

#include <cstddef>

#include <getopt.h>

namespace cotrace::app {

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

std::string help()
{
    constexpr std::size_t indent = 32;
    std::string text = "Usage: cotrace [OPTION]... [-p PID]... [COMMAND [ARGUMENT]...]\n"
                       "Traces the system calls and signals of COMMAND, or of processes that are already running.\n";
    for (auto const& [title, wanted] : help_sections) {
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
    return text.append("\n").append(about_the_end);
}

}   // namespace cotrace::app
