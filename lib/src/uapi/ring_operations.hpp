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

/// The name and the arguments of the operation that `entry` submits, in the order of the corresponding system call, if any.
/// Memory that the operation fills is an address. The arguments of an unknown operation are fields of the entry.
syscall_descriptor const& describe_operation(ring_entry const& entry) noexcept;

/// The arguments of the operation that `entry` submits, in the order of its description.
std::array<std::uint64_t, 6> arguments_of(ring_entry const& entry) noexcept;

/// The entry without the bytes at its end, `addr3` and `rest`. If the operation has the argument `addr3`, only without `rest`.
ring_entry without_command(ring_entry entry) noexcept;

/// An option: a member of a `ring_entry` that is not an argument of the operation.
struct ring_option {
    std::string_view name;
    type const* as = nullptr;
    std::uint64_t number = 0;
};

/// The options of an entry: first `user_data`, then the other options that are not 0.
std::vector<ring_option> options_of(ring_entry const& entry);

/// The type of the flags of a completion (IORING_CQE_F_*).
type const& completion_flags() noexcept;

/// Whether `operation_name` returns `name` for at least one opcode.
bool is_operation(std::string_view name) noexcept;

/// The name of an operation, such as "openat". Returns "operation" if the operation is not known.
std::string_view operation_name(std::uint8_t opcode) noexcept;

} // namespace cotrace::uapi
