// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace cotrace::abi {

/// What x32 adds to its system-call numbers, __X32_SYSCALL_BIT of <asm/unistd.h>.
inline constexpr std::uint64_t x32_bit = 0x40000000;

/// Above the slot of every system call of every interface: the size of arrays indexed by slot.
inline constexpr std::size_t slot_limit = 560;

/// One system call of one interface. `number` is without x32's bit.
struct syscall_number {
    std::uint16_t    number;
    std::uint8_t     arity;     ///< arguments it takes; 64-bit ones count twice where they take two registers
    std::string_view name;      ///< as strace has it: __NR_… of the kernel's headers
};

/// All system calls of one interface, by rising number.
std::span<syscall_number const> syscalls(arch interface) noexcept;

/// Where a number stands in an array of `slot_limit`: the number itself, for
/// x32 without its bit. Nothing for numbers no system call could have; -1,
/// which skips a call, is one of them under x32 too.
constexpr std::optional<std::size_t> slot_of(arch interface, std::uint64_t number) noexcept
{
    std::uint64_t const slot = interface == arch::x32 ? number - x32_bit : number;
    if (slot >= slot_limit)
        return std::nullopt;
    return static_cast<std::size_t>(slot);
}

/// The system call that has this number, or null. Takes constant time.
syscall_number const* find_syscall(arch interface, std::uint64_t number) noexcept;

/// Its name, empty when there is none.
std::string_view name_of(arch interface, std::uint64_t number) noexcept;

/// How many arguments it takes.
std::optional<unsigned> arity_of(arch interface, std::uint64_t number) noexcept;

/// The number as the kernel takes it, with x32's bit.
std::optional<std::uint64_t> number_of(arch interface, std::string_view name) noexcept;

/// One of the calls behind socketcall(2) or ipc(2) of i386.
struct subcall {
    std::string_view name;
    std::uint8_t     arity;     ///< how many arguments strace gives it
};

/// Those of a multiplexed call, by its first argument; names are empty in
/// gaps. Empty for all other calls.
std::span<subcall const> subcalls(arch interface, std::uint64_t number) noexcept;

/// The one that `first_argument` selects, or null. ipc(2) keeps a version in
/// the upper half of it.
subcall const* find_subcall(arch interface, std::uint64_t number, std::uint64_t first_argument) noexcept;

} // namespace cotrace::abi
