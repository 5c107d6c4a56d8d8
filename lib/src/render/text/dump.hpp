// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/value.hpp>

#include <string>

namespace cotrace::render {

/// Appends the data that a call read or wrote, in hexadecimal and as characters. `data` is the value "dump" in the
/// record of the exit: a buffer, an array of buffers, or an array of messages with buffers. `owner` is the thread that
/// made the call.
void put_dump(std::string& to, value const& data, tid owner);

}   // namespace cotrace::render
