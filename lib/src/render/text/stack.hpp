// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

namespace cotrace {
class call_stack;
}

namespace cotrace::render {

/// Appends one line for each frame, in the form of strace -k. Like strace, leaves out frames whose address is in no
/// mapped file. If the stack was not resolved, a line has only the address.
void put_stack(std::string& to, call_stack const& shown);

}   // namespace cotrace::render
