// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

namespace cotrace {
class call_stack;
}

namespace cotrace::render {

/// Appends one line for each frame, in the form of strace -k, and a line with the error of the stack if it has one. If the
/// addresses of the stack were not resolved, each line has only the address. If they were, frames whose address is in no
/// mapped file are left out, as strace leaves them out.
void put_stack(std::string& to, call_stack const& shown);

}   // namespace cotrace::render
