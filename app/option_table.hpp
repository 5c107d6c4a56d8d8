// SPDX-License-Identifier: BSL-1.0
#pragma once

// The table of all options: one row has everything about an option.

#include "argument_parsing.hpp"
#include "options.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace cotrace::app {

enum class help_section : std::uint8_t { startup, tracing, filtering, tampering, output, statistics, view, misc };

/// An option with its short form, its long forms, or both.
struct option_row {
    char letter;                        ///< the short form; 0: none
    std::array<char const*, 4> names;   ///< the long forms, up to a nullptr; the help text shows the first one
    int argument;                       ///< `has_arg` of getopt_long(3); an optional argument belongs to the long forms only
    char const* metavar;                ///< the name of the argument in the help text; nullptr: no argument
    help_section section;
    char const* help;
    usage_error (*apply)(options&, option_argument);
    bool is_own = false;   ///< whether only cotrace has the option, and strace does not
};

/// All options, in the order of the help text.
std::span<option_row const> option_table() noexcept;

}   // namespace cotrace::app
