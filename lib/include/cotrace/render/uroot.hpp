// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string>

namespace cotrace::render {

/// The capture options for the format of `append_uroot`: whole structures, and strings of up to 1,024 bytes.
extern capture_options const uroot_capture;

/// Appends a record as a line in the format of u-root's strace package: `[pid 7] E close(0x3)`. Appends nothing if the
/// format has no line for the record.
void append_uroot(record const& seen, std::string& to);

}   // namespace cotrace::render
