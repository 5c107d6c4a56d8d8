// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/value.hpp>

#include <string>

namespace cotrace::render {

/// Appends the note "dump" of a call, in hexadecimal and as text. The note is a buffer, an array
/// of buffers, or an array of messages with buffers. `owner` is the thread that made the call.
void put_dump(std::string& to, value const& data, tid owner);

}   // namespace cotrace::render
