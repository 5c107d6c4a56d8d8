// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/reader.hpp"

#include <cotrace/capture.hpp>
#include <cotrace/record.hpp>

namespace cotrace::decode {

/// Adds all that the call read or wrote as the note "dump", if it did so from or
/// to a descriptor that `options` name: a pointer to bytes; of calls that take
/// several buffers an array of these; of those that take several messages an
/// array of such arrays.
void add_dump(reader& memory, capture_options const& options, syscall_call const& call, syscall_exited& exited);

} // namespace cotrace::decode
