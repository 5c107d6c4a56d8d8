// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cotrace::testing {

/// Replaces every `what` in the text by `with`.
void replace_all(std::string& text, std::string const& what, std::string_view with);

/// The words as a command line, quoted for a shell.
std::string command_line(std::vector<std::string> const& words);

/// The command line of this process.
std::vector<std::string> own_words();

}   // namespace cotrace::testing
