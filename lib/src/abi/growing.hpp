// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "abi/custom.hpp"

/// Words for what custom decoders make of structures.
namespace cotrace::abi::as {

/// A structure of at least `Least` bytes, of which the subject passed `Passed`.
template <auto const& Of, amount Passed, std::uint16_t Least>
inline constexpr type growing = {.shape = shape::custom, .width = width::klong, .of = &Of, .length = Passed,
                                 .count = Least, .decode = decode::versioned};
/// The same, where a 32-bit field of its own at offset `Offset` says how long it is.
template <auto const& Of, std::uint64_t Offset, std::uint16_t Least>
inline constexpr type sized = {.shape = shape::custom, .width = width::klong, .of = &Of, .length = {.value = Offset},
                               .count = Least, .decode = decode::versioned};

/// Bits of a number of `Bytes` bytes; a group of several bits is `Group`.
template <auto const& Names, std::uint16_t Bytes, auto const& Group = uint32>
inline constexpr type bits = {.shape = shape::custom, .names = &Names, .of = &Group, .size = {Bytes, Bytes, Bytes},
                              .align = {Bytes, Bytes == 8 ? 4 : Bytes, Bytes}, .decode = decode::bit_fields};

/// One alternative of the field before it, a union of the size of `Union`.
template <auto const& Of, auto const& Union>
inline constexpr type within = {.shape = shape::custom, .of = &Of, .after = &Union, .size = {0, 0, 0}, .align = {1, 1, 1}, .decode = decode::within};

/// An array of which text shows only with -v what is in it.
template <auto const& Of, amount Count>
inline constexpr type folded = {.shape = shape::array, .folded = true, .of = &Of, .length = Count};

} // namespace cotrace::abi::as
