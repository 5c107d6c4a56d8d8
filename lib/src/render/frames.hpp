// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/stack.hpp>

#include <string>
#include <string_view>

namespace cotrace::render {

/// Appends a name. Replaces ';' by ':' and line breaks by ' ', because the folded format uses ';' and line breaks as separators.
void put_folded_name(std::string& to, std::string_view name);

/// Appends the function names of a call stack, the outermost first, each followed by ';'. An unknown function is shown as its
/// file in brackets, or "[unknown]".
void put_frames(std::string& to, call_stack const& stack);

}   // namespace cotrace::render
