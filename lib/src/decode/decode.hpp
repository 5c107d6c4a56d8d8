// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/reader.hpp"

#include <cotrace/access_filter.hpp>
#include <cotrace/record.hpp>
#include <cotrace/uapi/syscalls.hpp>

namespace cotrace::decode {

/// Finds the descriptor of the system call, and makes values of the call's arguments and of the memory that input
/// arguments point to. Never fails: the value of memory that cannot be read is its address. Replaces `call.what` and
/// `call.values`, and reuses the storage of `call.values`.
void decode_entry(reader& memory, capture_options const& options, syscall_call& call);

/// Fills `call` with the operation that `entry`, an entry of the submission queue of an io_uring, describes. Makes values of
/// the arguments of this operation and of the memory that they point to. `call.arch` must be set. Never fails.
void decode_submission(reader& memory, capture_options const& options, uapi::ring_entry const& entry, syscall_call& call);

/// The entry of a submission that a record keeps. If contents are redacted, the bytes at the end of the entry are zeros if the
/// operation does not use them as numbers: with the operation uring_cmd, they are a command for a driver.
uapi::ring_entry kept_entry(capture_options const& options, uapi::ring_entry const& entry) noexcept;

/// Makes values of the memory that the call changed, and of the details of the call's result.
/// `exited.outcome` must be set.
void decode_exit(reader& memory, capture_options const& options, syscall_call const& call, syscall_exited& exited);

/// Whether a decoded call uses a file or file descriptor that `wanted` selects.
bool accesses(reader& memory, access_filter const& wanted, syscall_call const& call);
/// Whether a call that has the descriptor `what` can use a file or file descriptor that `wanted` selects. `what` may be null.
bool can_access(access_filter const& wanted, uapi::syscall_descriptor const* what) noexcept;

}   // namespace cotrace::decode
