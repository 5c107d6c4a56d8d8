// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace cotrace::abi {

/// The bit that is set in all system call numbers of x32: __X32_SYSCALL_BIT of <asm/unistd.h>.
inline constexpr std::uint64_t x32_bit = 0x40000000;

/// The size of arrays that are indexed by slot. All slots of all interfaces are smaller.
inline constexpr std::size_t slot_limit = 560;

/// One system call of one interface. `number` does not include `x32_bit`.
struct syscall_number {
    std::uint16_t    number;
    std::uint8_t     arity;     ///< number of arguments; one that takes two registers counts twice
    std::string_view name;      ///< strace's name, which is that of __NR_… in the kernel's headers
};

/// All system calls of one interface, in order of their numbers.
std::span<syscall_number const> syscalls(arch interface) noexcept;

/// The index of a number in arrays of size `slot_limit`: the number, for x32 without
/// `x32_bit`. Nothing for a number that no system call has, also for -1, which skips
/// a call.
constexpr std::optional<std::size_t> slot_of(arch interface, std::uint64_t number) noexcept
{
    std::uint64_t const slot = interface == arch::x32 ? number - x32_bit : number;
    if (slot >= slot_limit)
        return std::nullopt;
    return static_cast<std::size_t>(slot);
}

/// The system call that has this number, or null. Takes constant time.
syscall_number const* find_syscall(arch interface, std::uint64_t number) noexcept;

/// The name of a system call; empty if the number has no call.
std::string_view name_of(arch interface, std::uint64_t number) noexcept;

/// The number of arguments of a system call.
std::optional<unsigned> arity_of(arch interface, std::uint64_t number) noexcept;

/// The number that is passed to the kernel, for x32 with `x32_bit`.
std::optional<std::uint64_t> number_of(arch interface, std::string_view name) noexcept;

/// A call that i386 makes through socketcall(2) or ipc(2).
struct subcall {
    std::string_view name;
    std::uint8_t     arity;     ///< number of arguments in strace
};

/// The calls that socketcall(2) or ipc(2) makes, indexed by its first argument. Gaps have
/// an empty name. The list is empty for all other calls.
std::span<subcall const> subcalls(arch interface, std::uint64_t number) noexcept;

/// The call that `first_argument` selects, or null. The upper half of the first
/// argument of ipc(2) is a version.
subcall const* find_subcall(arch interface, std::uint64_t number, std::uint64_t first_argument) noexcept;

} // namespace cotrace::abi
