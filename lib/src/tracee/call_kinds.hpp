// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>

#include <cstdint>

namespace cotrace::tracee {

/// Calls that change who is traced.
enum class call_kind : std::uint8_t { ordinary, makes_thread, replaces_image };

constexpr call_kind kind_of(abi::arch interface, std::uint64_t number) noexcept
{
    using enum call_kind;
    switch (interface) {
    case abi::arch::x86_64:
    case abi::arch::x32:
        switch (number & ~std::uint64_t{0x40000000}) {
        case 56: case 57: case 58: case 435: return makes_thread;      // clone fork vfork clone3
        case 59: case 322: case 520: case 545: return replaces_image;  // execve execveat, and x32's own
        default: return ordinary;
        }
    case abi::arch::i386:
        switch (number) {
        case 2: case 120: case 190: case 435: return makes_thread;
        case 11: case 358: return replaces_image;
        default: return ordinary;
        }
    case abi::arch::aarch64:
    case abi::arch::riscv64:
        switch (number) {
        case 220: case 435: return makes_thread;
        case 221: case 281: return replaces_image;
        default: return ordinary;
        }
    }
    return ordinary;
}

/// The interface, once the number is known: x32's numbers carry a bit. -1, "no call", is not one of them.
constexpr abi::arch interface_of(abi::arch told, std::uint64_t number) noexcept
{
    bool const x32 = told == abi::arch::x86_64 && number != ~std::uint64_t{0} && (number & 0x40000000) != 0;
    return x32 ? abi::arch::x32 : told;
}

} // namespace cotrace::tracee
