// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/stack.hpp>

#include <string>
#include <string_view>

namespace cotrace::render {

/// Appends a name in the folded format, which separates names by ';' and lines by line breaks: a ';' in the name is
/// replaced by ':', and a line break by ' '.
void put_folded_name(std::string& to, std::string_view name);

/// Appends the names of the functions of a call stack, the outermost first, each with a ';' after it. If the function of a
/// frame is not known, appends the name of the frame's file in brackets, without the directory of the file, or "[unknown]" if
/// the file is not known either. Appends nothing if `call_stack::frames` is empty.
void put_frames(std::string& to, call_stack const& stack);

}   // namespace cotrace::render
