// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/arch.hpp>

#include <array>
#include <cstdint>
#include <optional>

#include <linux/audit.h>

/// How the kernel identifies system call interfaces: by AUDIT_ARCH_* values, and for x32 also by a bit of the call number.
namespace cotrace::uapi {

/// All system call interfaces, in the order of `arch`.
inline constexpr std::array all_interfaces{arch::x86_64, arch::i386, arch::x32, arch::aarch64, arch::riscv64};

/// A program sets this bit in the number of each x32 call: __X32_SYSCALL_BIT of <asm/unistd.h>.
inline constexpr std::uint64_t x32_bit = 0x40000000;

/// The number that a program passes to the kernel. `number` is from the tables, which do not include `x32_bit`.
constexpr std::uint64_t kernel_number(arch interface, std::uint64_t number) noexcept
{
    return number + (interface == arch::x32 ? x32_bit : 0);
}

/// For an x32 call, the kernel reports x86_64, but the number has the bit `x32_bit`. The number -1 means "no call".
constexpr arch interface_of(arch reported, std::uint64_t number) noexcept
{
    bool const is_x32 = reported == arch::x86_64 && number != ~std::uint64_t{0} && (number & x32_bit) != 0;
    return is_x32 ? arch::x32 : reported;
}

/// The interface of an AUDIT_ARCH_* value; empty if it is not known. x32 calls have the value of x86-64 calls.
constexpr std::optional<arch> interface_of(unsigned audit_arch) noexcept
{
    switch (audit_arch) {
    case AUDIT_ARCH_X86_64: return arch::x86_64;
    case AUDIT_ARCH_I386: return arch::i386;
    case AUDIT_ARCH_AARCH64: return arch::aarch64;
    case AUDIT_ARCH_RISCV64: return arch::riscv64;
    default: return std::nullopt;
    }
}

/// The interface of a call that has this AUDIT_ARCH_* value and this number; empty if the value is not known.
constexpr std::optional<arch> interface_of(unsigned audit_arch, std::uint64_t number) noexcept
{
    auto const reported = interface_of(audit_arch);
    return reported ? std::optional{interface_of(*reported, number)} : std::nullopt;
}

}   // namespace cotrace::uapi
