// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "argument_parsing.hpp"
#include "options.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace cotrace::app {

/// A tip about the use of cotrace.
struct tip {
    std::string_view text;      ///< sentences in one line
    std::string_view example;   ///< a command line of cotrace that uses the options in the text
};

std::span<tip const> all_tips() noexcept;

/// The tip in the format that `wanted` selects, as whole lines. Any value of `wanted.id` selects a tip: the value is
/// taken modulo the number of tips. Without `wanted.id`, the tip is random.
std::string tip_text(tip_options const& wanted);

/// Applies --tips. The argument is a comma-separated list. One item selects the tip: a number or "random", perhaps with the
/// prefix "id:". Another item selects the format: "none", "compact" or "full", perhaps with the prefix "format:".
usage_error set_tips(options& to, option_argument given);

}   // namespace cotrace::app
