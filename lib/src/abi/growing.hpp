// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "abi/custom.hpp"

/// Types for structures that custom decoders decode.
namespace cotrace::abi::as {

/// A structure that later kernels may extend. The subject passed `Passed` bytes. A structure of less than `Least` bytes
/// is not decoded.
template <auto const& Of, amount Passed, std::uint16_t Least, growth Grows = growth::bytes>
inline constexpr type growing = {.shape = shape::custom, .width = width::klong, .of = &Of,
                                 .length = Passed, .count = Least, .custom = {.decode = decode::versioned, .grows = Grows}};
/// Like `growing`. A structure that is larger than a page is not decoded.
template <auto const& Of, amount Passed, std::uint16_t Least>
inline constexpr type growing_in_page = {.shape = shape::custom, .width = width::klong, .of = &Of,
                                         .length = Passed, .count = Least,
                                         .custom = {.decode = decode::versioned, .one_page = true}};
/// A structure that later kernels may extend. The 32-bit field at offset `Offset` is the size of the structure. The
/// first version has `Least` bytes.
template <auto const& Of, std::uint64_t Offset, std::uint16_t Least, growth Grows = growth::bytes, bool ZeroIsFirst = true>
inline constexpr type sized = {.shape = shape::custom, .width = width::klong, .of = &Of, .length = {.value = Offset}, .count = Least,
                               .custom = {.decode = decode::versioned, .grows = Grows, .zero_is_first = ZeroIsFirst}};

/// A structure of which the subject passed `Passed` bytes. The bytes that were not passed count as zeros. A structure
/// of which less than `Least` bytes were passed is not decoded.
template <auto const& Of, amount Passed, std::uint32_t Least = 1>
inline constexpr type zero_padded = {.shape = shape::custom, .width = width::klong, .of = &Of, .length = Passed, .count = Least,
                                     .custom = {.decode = decode::zero_padded}};

/// A field of 8 bytes. Its type is one of `Cases`, selected by the number `By`; without a case, the type is `Else`.
template <amount By, auto const& Cases, auto const& Else>
inline constexpr type chosen64 = {.shape = shape::choice, .width = width::u64, .of = &Else, .length = By, .cases = std::data(Cases),
                                  .count = static_cast<std::uint32_t>(std::size(Cases)), .size = {8, 8, 8}, .align = {8, 4, 8}};

/// Bit fields in a number of `Bytes` bytes. A field of several bits has the type `Group`. A field whose name begins
/// with "__reserved" has the type `Reserved`, and is shown only if it is not 0.
template <auto const& Names, std::uint16_t Bytes, auto const& Group = uint32, auto const& Reserved = hex64>
inline constexpr type bits = {.shape = shape::custom, .names = &Names, .of = &Group, .after = &Reserved, .size = {Bytes, Bytes, Bytes},
                              .align = {Bytes, Bytes == 8 ? 4 : Bytes, Bytes}, .custom = {.decode = decode::bit_fields}};

/// A second member of a union. The preceding field of the structure is the first member of the union. The union has the
/// size of `Union`.
template <auto const& Of, auto const& Union>
inline constexpr type within = {.shape = shape::custom, .of = &Of, .after = &Union, .size = {0, 0, 0}, .align = {1, 1, 1},
                                .custom = {.decode = decode::within}};

/// An array whose elements text shows only with -v.
template <auto const& Of, amount Count>
inline constexpr type folded = {.shape = shape::array, .folded = true, .of = &Of, .length = Count};

} // namespace cotrace::abi::as
