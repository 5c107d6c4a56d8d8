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

/// A system call: its name, and what its arguments and its result mean. It has no
/// number; `find` maps the numbers of each interface to descriptors. A call whose
/// meaning differs between interfaces has one descriptor for each set of them.
struct syscall_descriptor {
    std::string_view name;
    parameter        arguments[6]{};
    returned_value   returns{};
    arch_set         only{};
    /// Descriptor of the actual call if the arguments are words in memory that argument 0 points to (i386's old select(2), mmap(2)).
    syscall_descriptor const* behind = nullptr;

    /// The number of arguments.
    constexpr unsigned arity() const noexcept
    {
        unsigned n = 0;
        while (n < 6 && arguments[n].as)
            ++n;
        return n;
    }
};

/// The descriptor of a call, or null for an unknown number. If only the name of the call
/// is known, all its arguments are hexadecimal numbers.
syscall_descriptor const* find(arch interface, std::uint64_t number) noexcept;

/// The descriptor of a call, by name, or null.
syscall_descriptor const* find(arch interface, std::string_view name) noexcept;

/// The call that i386's socketcall(2) or ipc(2) carries out, which the first argument
/// selects, or null.
syscall_descriptor const* find_indirect_call(arch interface, std::uint64_t number, std::uint64_t first_argument) noexcept;

} // namespace cotrace::abi
