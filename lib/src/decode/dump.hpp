// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/reader.hpp"

#include <cotrace/capture.hpp>
#include <cotrace/record.hpp>

namespace cotrace::decode {

/// Adds the value "dump" with the bytes that the call read or wrote, up to 256 MiB, if `options` select the file descriptor of
/// the call and redact nothing. The value is a pointer to bytes. If the call takes an iovec array or a message, the value
/// is an array of these pointers. If the call takes an array of messages, the value is an array of these arrays.
void add_dump(reader& memory, capture_options const& options, syscall_call const& call, syscall_exited& exited);

}   // namespace cotrace::decode
