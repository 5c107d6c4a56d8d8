// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

namespace cotrace::render {

/// The escape sequences that set the color of a terminal. The sequence of a kind is written before each text of this
/// kind. The kinds and the default sequences are those of strace --color. With an empty sequence, a text has the color
/// of the text before.
struct text_colors {
    std::string argument_name{"\033[39m"};    ///< names of arguments and of members of structures: `fd` in "fd=3"
    std::string argument_value{"\033[35m"};   ///< values that have no other kind, such as numbers and strings
    std::string call{"\033[33m"};             ///< names before parentheses in values, such as "makedev" and "htons"
    std::string comment{"\033[36m"};          ///< comments: " /* 42 vars */"
    std::string constant{"\033[34m"};         ///< names of constants, such as "O_RDONLY"
    std::string error{"\033[31m"};            ///< errors, "???" for unread values, deaths by signals, lost records, and failures
    std::string punctuation{"\033[0m"};       ///< brackets and separators
    std::string returned{"\033[32m"};         ///< return values, and lines about exited and superseded threads
    std::string syscall{"\033[33m"};          ///< names of system calls
    std::string reset{"\033[0m"};             ///< before texts without a color, and at the end of a colored line
};

}   // namespace cotrace::render
