// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string>

namespace cotrace::render {

/// What that format wants captured: whole structures, and strings of up to 1,024 bytes.
inline capture_options const uroot_capture{.verbose = true, .string_limit = 1024};

/// Appends a record as a line of the format of u-root's strace package, the
/// one that cotrace descends from: `[pid 7] E close(0x3)`. Records that it has
/// no line for add nothing. Each line ends with a line break.
void append_uroot(record const& seen, std::string& to);

} // namespace cotrace::render
