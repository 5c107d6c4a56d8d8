// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/capture.hpp"

namespace cotrace::decode {

/// The largest size that the kernel accepts for a structure that newer kernels extend: one page.
inline constexpr std::uint64_t longest_growth = 4096;

/// The type of the bytes after the known fields of a structure that newer kernels have made longer.
inline constexpr uapi::type surplus = {
    .shape = uapi::shape::bytes, .length = uapi::exactly(0), .text = {.hex = true, .surplus = true}};

/// Returns the first `passed` bytes of `buffer`, followed by zeros for the rest of each field that begins in these bytes, and for
/// fields with a fulfilled condition `uapi::if_passed`.
std::span<std::byte const> with_started_fields(capture& made, uapi::type const& layout, std::span<std::byte> buffer,
                                               std::size_t passed);

}   // namespace cotrace::decode
