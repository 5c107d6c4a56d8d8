// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/arch.hpp>
#include <cotrace/uapi/argument.hpp>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace cotrace::uapi {

/// A set of system call interfaces. By default it contains all interfaces.
struct arch_set {
    std::uint8_t bits = 0xff;

    constexpr arch_set() = default;
    constexpr arch_set(std::initializer_list<arch> list)
        : bits{0}
    {
        for (auto a : list)
            bits = static_cast<std::uint8_t>(bits | 1u << static_cast<unsigned>(a));
    }
    constexpr bool has(arch a) const noexcept { return bits >> static_cast<unsigned>(a) & 1; }
};

/// A system call: its name, and what its arguments and its result mean. A descriptor has no call number: `find` maps the
/// numbers of each interface to descriptors. Some calls have several descriptors, because their arguments differ between
/// interfaces. `only` is the set of interfaces that a descriptor is for.
struct syscall_descriptor {
    std::string_view name;
    parameter arguments[6]{};
    returned_value returns{};
    arch_set only{};
    /// For calls that take their arguments as an array of words, such as i386's old select(2) and mmap(2): the descriptor of
    /// the arguments in the array, which argument 0 points to. Null for all other calls.
    syscall_descriptor const* in_memory = nullptr;

    /// The number of arguments.
    constexpr unsigned arity() const noexcept
    {
        unsigned n = 0;
        while (n < 6 && arguments[n].as)
            ++n;
        return n;
    }
};

/// The descriptor of a call, or null for an unknown number. If only the name and the number of arguments of the call
/// are known, all arguments in the descriptor are hexadecimal numbers.
syscall_descriptor const* find(arch interface, std::uint64_t number) noexcept;

/// The descriptor of the call with this name, or null.
syscall_descriptor const* find(arch interface, std::string_view name) noexcept;

/// The descriptor of the call that i386's socketcall(2) or ipc(2) carries out. `number` is the number of socketcall(2) or
/// ipc(2). `first_argument` selects the call that is carried out. Null if `first_argument` selects no call, and for any other
/// `interface` and `number`.
syscall_descriptor const* find_indirect_call(arch interface, std::uint64_t number, std::uint64_t first_argument) noexcept;

}   // namespace cotrace::uapi
