// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/reader.hpp"

#include <cotrace/access_filter.hpp>
#include <cotrace/record.hpp>
#include <cotrace/uapi/syscalls.hpp>

namespace cotrace::decode {

/// Finds the descriptor of a call, and makes values of its arguments and of input memory. Never fails: memory that cannot be read
/// is shown as its address. Replaces `call.what` and `call.values`.
void decode_entry(reader& memory, capture_options const& options, syscall_call& call);

/// Fills `call` with the operation of `entry`, an entry of the submission queue of an io_uring. `call.arch` must be set. Never
/// fails.
void decode_submission(reader& memory, capture_options const& options, uapi::ring_entry const& entry, syscall_call& call);

/// The entry that a record keeps. If contents are redacted, the command for a driver in an entry of uring_cmd is zeros.
uapi::ring_entry kept_entry(capture_options const& options, uapi::ring_entry const& entry) noexcept;

/// Makes values of the memory that the call changed, and of the details of the call's result.
/// `exited.outcome` must be set.
void decode_exit(reader& memory, capture_options const& options, syscall_call const& call, syscall_exited& exited);

/// Whether a decoded call uses a file or file descriptor that `wanted` selects.
bool accesses(reader& memory, access_filter const& wanted, syscall_call const& call);
/// Whether a call with the descriptor `what`, which may be null, can use a file or file descriptor that `wanted` selects.
bool can_access(access_filter const& wanted, uapi::syscall_descriptor const* what) noexcept;

}   // namespace cotrace::decode
