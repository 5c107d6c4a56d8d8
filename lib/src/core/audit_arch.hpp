// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/arch.hpp>

#include <optional>

#include <linux/audit.h>

namespace cotrace::uapi {

/// The system call interface that an AUDIT_ARCH_* value stands for. x32 calls have the value of x86-64 calls;
/// `sys::interface_of` tells x32 calls and x86-64 calls apart by the system call number.
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

}   // namespace cotrace::uapi
