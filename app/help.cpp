// SPDX-License-Identifier: BSL-1.0
#include "help.hpp"

#include "option_table.hpp"

#include <algorithm>
#include <cstdlib>
#include <span>

#include <getopt.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace cotrace::app {

namespace {

constexpr std::string_view spaces = " \n";

/// How many characters at the beginning of `text` must stay on one line. A word that is longer than `room` may be broken before
/// "[" or "|".
std::size_t unbroken(std::string_view text, std::size_t room)
{
    auto const word = text.substr(0, text.find_first_of(spaces));
    if (word.size() <= room)
        return word.size();
    return std::min(word.find_first_of("[|", 1), word.size());
}

/// On a narrow terminal, most explanations begin on a new line.
std::size_t indent_for(std::size_t width) { return width < 72 ? 10 : 32; }

/// Appends `term` and, to the right of it or on the next line, the explanation `about`.
void append_entry(std::string& to, std::string_view term, std::string_view about, std::size_t width)
{
    auto const indent = indent_for(width);
    auto const margin = term.find_first_not_of(' ');
    auto const begin = to.size();
    to.append(margin, ' ');
    append_wrapped(to, term.substr(margin), margin + 4, width);
    bool const is_long = to.find('\n', begin) != to.npos || to.size() - begin + 2 > indent;
    if (is_long)
        to.append("\n").append(indent, ' ');
    else
        to.append(indent - (to.size() - begin), ' ');
    append_wrapped(to, about, indent, width);
    to.append("\n");
}

void append_parts(std::string& to, std::span<help_part const> parts, std::size_t width)
{
    bool after_paragraph = false;
    for (auto const& [term, text] : parts) {
        if (term.empty() || after_paragraph)
            to.append("\n");
        after_paragraph = term.empty();
        if (term.empty()) {
            append_wrapped(to, text, 0, width);
            to.append("\n");
        } else {
            append_entry(to, "  " + std::string{term}, text, width);
        }
    }
}

}   // namespace

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

std::string first_clause(std::string_view text)
{
    int depth = 0;   // the nesting depth of parentheses
    std::size_t end = 0;
    for (; end < text.size(); ++end) {
        char const c = text[end];
        bool const is_last = end + 1 == text.size() || spaces.find(text[end + 1]) != spaces.npos;
        if (depth == 0 && is_last && (c == ';' || c == ':' || c == '.'))
            break;
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    std::string clause{text.substr(0, end)};
    std::ranges::replace(clause, '\n', ' ');
    return clause;
}

void append_wrapped(std::string& to, std::string_view text, std::size_t indent, std::size_t width)
{
    auto const room = width > indent ? width - indent : 1;
    auto column = to.size() - (to.rfind('\n') + 1);   // if there is no line break: npos + 1 is 0
    bool is_first = true;                             // true until the first word of `text` was appended
    while (!text.empty()) {
        auto const begin = std::min(text.find_first_not_of(spaces), text.size());
        text.remove_prefix(begin);
        if (text.empty())
            break;
        auto const length = unbroken(text, room);
        std::size_t const gap = begin > 0 && !is_first ? 1 : 0;
        if (!is_first && column + gap + length > width) {
            to.append("\n").append(indent, ' ');
            column = indent;
        } else {
            to.append(gap, ' ');
            column += gap;
        }
        to.append(text.substr(0, length));
        column += length;
        is_first = false;
        text.remove_prefix(length);
    }
}

std::size_t help_width()
{
    constexpr std::size_t least = 40, usual = 80, most = 120;
    auto width = usual;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        width = size.ws_col;
    if (char const* const given = std::getenv("COLUMNS"))
        if (auto const columns = number(given); columns && *columns > 0)
            width = static_cast<std::size_t>(*columns);
    return std::clamp(width, least, most);
}

std::string help(std::size_t width)
{
    std::string text;
    append_wrapped(text, "Usage: cotrace [OPTION]... [-p PID]... [COMMAND [ARGUMENT]...]", 7, width);
    text.append("\n");
    append_wrapped(text, "Traces the system calls and signals of COMMAND, or of processes that are already running.", 0, width);
    text.append("\n");
    for (auto const& [title, wanted] : help_sections) {
        text.append("\n").append(title).append(":\n");
        for (auto const& each : option_table())
            if (each.section == wanted)
                append_entry(text, left_column(each), each.help, width);
    }
    text.append("\n");
    append_wrapped(text, exit_statuses(), 0, width);
    text.append("\n\nExamples:\n");
    append_parts(text, help_examples(), width);
    return text;
}

std::string help_on(help_topic const& topic, std::size_t width)
{
    std::string text{topic.title};
    text.append("\n");
    append_parts(text, topic.parts, width);
    return text;
}

}   // namespace cotrace::app
