// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>
#include <cotrace/abi/argument.hpp>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace cotrace::abi {

/// A set of interfaces; the default is all of them.
struct arch_set {
    std::uint8_t bits = 0xff;

    constexpr arch_set() = default;
    constexpr arch_set(std::initializer_list<arch> list) : bits{0}
    {
        for (auto a : list)
            bits = static_cast<std::uint8_t>(bits | 1u << static_cast<unsigned>(a));
    }
    constexpr bool has(arch a) const noexcept { return bits >> static_cast<unsigned>(a) & 1; }
};

/// A system call: its name and what its arguments and its result mean. It knows
/// no number; `find` maps each interface's numbers onto descriptors. A call whose
/// meaning differs between interfaces has a row for each set of them.
struct syscall_descriptor {
    std::string_view name;
    parameter        arguments[6]{};
    returned_value   returns{};
    arch_set         only{};
    syscall_descriptor const* behind = nullptr;   ///< what the call is where its arguments are words that argument 0 points to

    /// How many arguments there are.
    constexpr unsigned arity() const noexcept
    {
        unsigned n = 0;
        while (n < 6 && arguments[n].as)
            ++n;
        return n;
    }
};

/// The descriptor of a call, or null for a number that names none. A call that
/// is known by name only has all its arguments as hexadecimal numbers.
syscall_descriptor const* find(arch interface, std::uint64_t number) noexcept;

/// The same by name.
syscall_descriptor const* find(arch interface, std::string_view name) noexcept;

/// The call that i386's socketcall(2) or ipc(2) turns out to be by its first
/// argument, or null.
syscall_descriptor const* find_indirect_call(arch interface, std::uint64_t number, std::uint64_t first_argument) noexcept;

} // namespace cotrace::abi
