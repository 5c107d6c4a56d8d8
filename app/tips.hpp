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

/// The tip as whole lines. `wanted.id` is taken modulo the number of tips; without it, the tip is random.
std::string tip_text(tip_options const& wanted);

/// Applies --tips: a list of an id and a format, such as "id:7,format:full" or "full,random".
usage_error set_tips(options& to, option_argument given);

}   // namespace cotrace::app
