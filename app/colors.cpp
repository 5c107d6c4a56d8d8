// SPDX-License-Identifier: BSL-1.0
#include "colors.hpp"

#include "argument_parsing.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include <unistd.h>

namespace cotrace::app {

namespace {

constexpr choice<std::string render::text_colors::*> kinds[] = {
    {"argname", &render::text_colors::argument_name},
    {"argval", &render::text_colors::argument_value},
    {"call", &render::text_colors::call},
    {"comment", &render::text_colors::comment},
    {"const", &render::text_colors::constant},
    {"error", &render::text_colors::error},
    {"punct", &render::text_colors::punctuation},
    {"retval", &render::text_colors::returned},
    {"syscall", &render::text_colors::syscall},
};

std::string_view without_spaces(std::string_view text)
{
    constexpr std::string_view spaces = " \t\n\v\f\r";
    text.remove_prefix(std::min(text.find_first_not_of(spaces), text.size()));
    return text.substr(0, text.find_last_not_of(spaces) + 1);
}

bool is_sgr(std::string_view text)
{
    return text.find_first_not_of("0123456789;") == text.npos && text.find_first_not_of(';') != text.npos;
}

}   // namespace

render::text_colors parse_colors(std::string_view setting)
{
    render::text_colors colors;
    for_each_in(setting, ":", [&](std::string_view piece) -> usage_error {
        auto const equals = piece.find('=');
        if (equals == piece.npos)
            return no_error;
        auto const name = without_spaces(piece.substr(0, equals));
        auto const sgr = without_spaces(piece.substr(equals + 1));
        auto const* const kind =
            std::ranges::find_if(kinds, [&](auto const& each) { return equal_ignoring_case(each.word, name); });
        if (kind != std::end(kinds) && is_sgr(sgr))
            colors.*kind->value = "\033[" + std::string{sgr} + "m";
        return no_error;
    });
    return colors;
}

bool terminal_has_colors(bool is_terminal, char const* no_color, char const* term)
{
    if (!is_terminal || no_color != nullptr || term == nullptr)
        return false;
    std::string_view const name{term};
    return !name.empty() && !equal_ignoring_case(name, "dumb") && !equal_ignoring_case(name, "unknown");
}

std::optional<render::text_colors> colors_for(options const& wanted, int fd)
{
    if (wanted.format != output_format::text || wanted.only_answers || wanted.color == color_choice::never)
        return {};
    if (wanted.color == color_choice::automatic
        && !terminal_has_colors(::isatty(fd) == 1, std::getenv("NO_COLOR"), std::getenv("TERM")))
        return {};
    auto const* const setting = std::getenv("STRACE_COLORS");
    return parse_colors(setting != nullptr ? setting : "");
}

}   // namespace cotrace::app
