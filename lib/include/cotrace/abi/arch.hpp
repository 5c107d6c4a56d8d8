// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace::abi {

/// A system-call interface: which numbers mean what, and how wide a `long` is.
enum class arch : std::uint8_t { x86_64, i386, x32, aarch64, riscv64 };

/// Bytes in a `long` or pointer as that interface passes it in memory.
constexpr unsigned word_size(arch a) noexcept
{
    return a == arch::i386 || a == arch::x32 ? 4 : 8;
}

/// The one of the programs that this machine runs first of all, as we are one.
#if defined(__aarch64__)
inline constexpr arch native = arch::aarch64;
#elif defined(__riscv)
inline constexpr arch native = arch::riscv64;
#else
inline constexpr arch native = arch::x86_64;
#endif

} // namespace cotrace::abi
