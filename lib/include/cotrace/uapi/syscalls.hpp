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

/// A system call: its name, its arguments and its result. If the arguments of a call differ between interfaces, the
/// call has several descriptors. `only` is the set of interfaces that a descriptor is for.
struct syscall_descriptor {
    std::string_view name;
    parameter arguments[6]{};
    returned_value returns{};
    arch_set only{};
    /// If argument 0 points to an array of the arguments, as for i386's old mmap(2): the descriptor of these arguments.
    /// Otherwise null.
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

/// The descriptor of a call, or null for an unknown number. If the types of the arguments are not known, all arguments
/// are hexadecimal numbers.
syscall_descriptor const* find(arch interface, std::uint64_t number) noexcept;

/// The descriptor of the call with this name, or null.
syscall_descriptor const* find(arch interface, std::string_view name) noexcept;

/// The descriptor of the call that i386's socketcall(2) or ipc(2) carries out. `number` is the number of socketcall(2)
/// or ipc(2). `first_argument` selects the call. Null if there is no such call.
syscall_descriptor const* find_indirect_call(arch interface, std::uint64_t number, std::uint64_t first_argument) noexcept;

}   // namespace cotrace::uapi
