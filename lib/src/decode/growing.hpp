// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/capture.hpp"

namespace cotrace::decode {

/// The kernel accepts at most a page of a structure that later kernels extend.
inline constexpr std::uint64_t longest_growth = 4096;

/// The bytes after the known fields of a structure that has grown.
inline constexpr abi::type surplus = {.shape = abi::shape::bytes, .length = abi::exactly(0),
                                      .text = {.hex = true, .surplus = true}};

/// Returns the bytes that were passed, and zeros after them. The zeros complete the field in which the passed bytes end,
/// and the fields that were added in the same version of the structure.
std::span<std::byte const> with_started_fields(capture& made, abi::type const& layout, std::span<std::byte> buffer,
                                               std::size_t passed);

} // namespace cotrace::decode
