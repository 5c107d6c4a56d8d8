// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/reader.hpp"

#include <cotrace/access_filter.hpp>
#include <cotrace/record.hpp>

namespace cotrace::decode {

/// Finds the call's descriptor and makes values of its arguments, with the
/// memory of those that are inputs. Never fails: what cannot be read stays an
/// address. `call.what` and `call.values` are replaced; their memory is reused.
void decode_entry(reader& memory, capture_options const& options, syscall_call& call);

/// Makes values of what the call changed, and of what its result says more.
/// `exited.outcome` must be there.
void decode_exit(reader& memory, capture_options const& options, syscall_call const& call, syscall_exited& exited);

/// Whether a decoded call is about files that `wanted` names.
bool accesses(reader& memory, access_filter const& wanted, syscall_call const& call);

} // namespace cotrace::decode
