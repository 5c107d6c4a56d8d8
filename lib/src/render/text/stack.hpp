// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

namespace cotrace {
class call_stack;
}

namespace cotrace::render {

/// Appends one line for each frame, as strace -k does, and the error of the stack, if any. If names were resolved, frames without
/// a file are left out.
void put_stack(std::string& to, call_stack const& shown);

}   // namespace cotrace::render
