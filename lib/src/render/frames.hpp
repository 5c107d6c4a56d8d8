// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/stack.hpp>

#include <string>
#include <string_view>

namespace cotrace::render {

/// Appends a name. Replaces ';' by ':' and line breaks by ' ', because the folded format uses ';' and line breaks as separators.
void put_folded_name(std::string& to, std::string_view name);

/// Appends the names of the functions of a call stack, the outermost first, each followed by ';'. For an unknown function,
/// appends the name of its file in brackets, or "[unknown]".
void put_frames(std::string& to, call_stack const& stack);

}   // namespace cotrace::render
