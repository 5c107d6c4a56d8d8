// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/ring_entry.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

/// The operations of an io_uring (IORING_OP_* of linux/io_uring.h), described in the form of system calls.
namespace cotrace::uapi {

/// The description of the operation that `entry` submits: its name, and its arguments in the order of the system call that
/// the operation is like. Memory that the operation fills is described as an address. An operation that is not known has
/// fields of the entry as arguments.
syscall_descriptor const& describe_operation(ring_entry const& entry) noexcept;

/// The arguments of the operation that `entry` submits, in the order of its description.
std::array<std::uint64_t, 6> arguments_of(ring_entry const& entry) noexcept;

/// A member of a `ring_entry` that is no argument of the operation.
struct ring_option {
    std::string_view name;
    type const* as = nullptr;
    std::uint64_t number = 0;
};

/// What an entry says beyond the arguments of its operation: first `user_data`, then those members that are not 0.
std::vector<ring_option> options_of(ring_entry const& entry);

/// The type of the flags of a completion (IORING_CQE_F_*).
type const& completion_flags() noexcept;

/// Whether `operation_name` returns this name for some number.
bool is_operation(std::string_view name) noexcept;

/// The name of an operation, such as "openat". "operation" if it is not known.
std::string_view operation_name(std::uint8_t opcode) noexcept;

} // namespace cotrace::uapi
