// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "argument_parsing.hpp"
#include "conclusion.hpp"
#include "options.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cotrace::app {

/// Applies --from and --to.
usage_error set_from(options& to, std::string_view time);
usage_error set_to(options& to, std::string_view time);

/// Applies the words of the command line of `cotrace view` that are not options: the file and the processes.
usage_error set_played_words(options& to, std::vector<std::string> const& words);

/// An error if an option cannot be used with `cotrace view`, or only with `cotrace view`.
usage_error contradicts_playback(options const& all);

/// Shows a trace file as the options say: `cotrace view`.
conclusion play(options wanted);

}   // namespace cotrace::app
