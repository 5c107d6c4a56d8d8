// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/capture.hpp"

namespace cotrace::decode {

/// The largest size that the kernel accepts for a structure that newer kernels extend: one page.
inline constexpr std::uint64_t longest_growth = 4096;

/// The type of the bytes after the known fields of a structure that newer kernels have made longer.
inline constexpr uapi::type surplus = {
    .shape = uapi::shape::bytes, .length = uapi::exactly(0), .text = {.hex = true, .surplus = true}};

/// Adds zeros to `buffer` after the bytes that the traced thread passed, and returns the passed bytes with the zeros. The
/// zeros complete the field inside which the passed bytes end, and the fields that the kernel added together with that
/// field.
std::span<std::byte const> with_started_fields(capture& made, uapi::type const& layout, std::span<std::byte> buffer,
                                               std::size_t passed);

}   // namespace cotrace::decode
