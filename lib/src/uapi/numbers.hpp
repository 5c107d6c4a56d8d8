// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "core/audit_arch.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace cotrace::uapi {

/// The size of arrays that are indexed by slot (`slot_of`). Every slot of every interface is less than this size.
inline constexpr std::size_t slot_limit = 560;

/// One system call of one interface. `number` does not include `x32_bit`.
struct syscall_number {
    std::uint16_t    number;
    std::uint8_t     arity;     ///< number of arguments; an argument in two registers counts twice
    /// The name that strace shows: the name after __NR_ in the kernel's headers, except for some calls of x32.
    std::string_view name;
};

/// All system calls of one interface, in the order of their numbers.
std::span<syscall_number const> syscalls(arch interface) noexcept;

/// The index of a call number in arrays of size `slot_limit`: on x32 without `x32_bit`. Empty for a number that is out of
/// range, such as -1.
constexpr std::optional<std::size_t> slot_of(arch interface, std::uint64_t number) noexcept
{
    std::uint64_t const slot = interface == arch::x32 ? number - x32_bit : number;
    if (slot >= slot_limit)
        return std::nullopt;
    return static_cast<std::size_t>(slot);
}

/// The system call that has this number, or null. The function takes constant time.
syscall_number const* find_syscall(arch interface, std::uint64_t number) noexcept;

/// The name of the system call with this number; empty if there is no such call.
std::string_view name_of(arch interface, std::uint64_t number) noexcept;

/// The number of arguments of the system call with this number; empty if there is no such call.
std::optional<unsigned> arity_of(arch interface, std::uint64_t number) noexcept;

/// The number that is passed to the kernel, on x32 with `x32_bit`. Empty for an unknown name.
std::optional<std::uint64_t> number_of(arch interface, std::string_view name) noexcept;

/// The number of ipc(2), which only i386 has.
inline constexpr std::uint64_t i386_ipc = 117;

/// A call that i386 programs make through socketcall(2) or ipc(2).
struct subcall {
    std::string_view name;
    std::uint8_t     arity;     ///< the number of arguments that strace shows
};

/// The calls that socketcall(2) or ipc(2) makes, indexed by the first argument. An index without a call has an empty name.
/// The list is empty if `number` is another call.
std::span<subcall const> subcalls(arch interface, std::uint64_t number) noexcept;

/// The call that `first_argument` of socketcall(2) or ipc(2) selects, or null. The upper 16 bits of the first argument of
/// ipc(2) are a version.
subcall const* find_subcall(arch interface, std::uint64_t number, std::uint64_t first_argument) noexcept;

} // namespace cotrace::uapi
