// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/reader.hpp"

#include <cotrace/call.hpp>
#include <cotrace/record.hpp>

namespace cotrace::decode {

/// Adds "namespaces" and "exit_reason" to the values at exit, if the options ask for these values, and the call has
/// them and did not fail: see `capture_options::namespaces` and `capture_options::virtual_cpus`.
void add_explanations(reader& memory, capture_options const& options, syscall_call const& call, syscall_exited& exited);

}   // namespace cotrace::decode
