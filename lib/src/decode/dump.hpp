// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/reader.hpp"

#include <cotrace/capture.hpp>
#include <cotrace/record.hpp>

namespace cotrace::decode {

/// Adds the value "dump": the bytes that the call read or wrote, up to 256 MiB, if `options` select its file descriptor and
/// redact nothing. The value is an array for an iovec array or a message, and an array of arrays for several messages.
void add_dump(reader& memory, capture_options const& options, syscall_call const& call, syscall_exited& exited);

}   // namespace cotrace::decode
