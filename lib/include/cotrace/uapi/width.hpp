// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/arch.hpp>

#include <cstdint>

namespace cotrace::uapi {

/// The memory layout of an interface. `ilp32` is i386, which aligns 64-bit integers to 4 bytes. x32 has 32-bit pointers
/// and a 64-bit `__kernel_long_t`.
enum class data_model : std::uint8_t { lp64, ilp32, x32 };

constexpr data_model model_of(arch a) noexcept
{
    return a == arch::i386 ? data_model::ilp32 : a == arch::x32 ? data_model::x32 : data_model::lp64;
}

/// The size of a number in memory. In a register, a number of n bytes is in the n lowest bytes.
enum class width : std::uint8_t {
    u8 = 1,
    u16 = 2,
    u32 = 4,
    u64 = 8,
    klong,     ///< `__kernel_long_t`: 4 bytes on i386, 8 bytes otherwise, also on x32
    old_dev,   ///< `__kernel_old_dev_t`: 2 bytes on i386 and x32, 8 bytes on x86_64, 4 bytes on aarch64 and riscv64
    /// `void*` and `size_t`: 4 bytes on i386 and x32, 8 bytes otherwise. Also for a `long` that the kernel reads as a
    /// `compat_long_t` on x32.
    word,
};

constexpr unsigned size_of(width w, data_model m) noexcept
{
    if (w == width::klong)
        return m == data_model::ilp32 ? 4 : 8;
    if (w == width::word)
        return m == data_model::lp64 ? 8 : 4;
    if (w == width::old_dev)
        return m != data_model::lp64 ? 2 : native == arch::x86_64 ? 8 : 4;
    return static_cast<unsigned>(w);
}

constexpr unsigned align_of(width w, data_model m) noexcept
{
    auto const size = size_of(w, m);
    return size == 8 && m == data_model::ilp32 ? 4 : size;
}

}   // namespace cotrace::uapi
