// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

namespace cotrace {
class call_stack;
}

namespace cotrace::render {

/// Appends one line for each frame, in the form of strace -k, and a line with the error of the stack if it has one. If
/// `call_stack::frames` is empty, each line has only an address. Otherwise frames without a file (`stack_frame::file`) are
/// left out, as in strace.
void put_stack(std::string& to, call_stack const& shown);

}   // namespace cotrace::render
