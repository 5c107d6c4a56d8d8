// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace::uapi {

/// A system call interface. The interface decides what the call numbers mean and how wide a `long` is.
enum class arch : std::uint8_t { x86_64, i386, x32, aarch64, riscv64 };

/// The size in bytes that a `long` or a pointer has in the memory of a program that uses this interface.
constexpr unsigned word_size(arch a) noexcept { return a == arch::i386 || a == arch::x32 ? 4 : 8; }

/// The interface that the library itself is compiled for.
#if defined(__aarch64__)
inline constexpr arch native = arch::aarch64;
#elif defined(__riscv)
inline constexpr arch native = arch::riscv64;
#else
inline constexpr arch native = arch::x86_64;
#endif

}   // namespace cotrace::uapi
