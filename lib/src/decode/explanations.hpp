// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/reader.hpp"

#include <cotrace/call.hpp>
#include <cotrace/record.hpp>

namespace cotrace::decode {

/// Adds "namespaces" and "exit_reason" to the values at exit of a call that did not fail, as `capture_options::namespaces` and
/// `capture_options::virtual_cpus` say.
void add_explanations(reader& memory, capture_options const& options, syscall_call const& call, syscall_exited& exited);

}   // namespace cotrace::decode
