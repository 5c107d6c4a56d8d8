// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/custom.hpp"

/// Types of structures that later kernels extend, and of some fields: choices, bit fields, union members, arrays.
namespace cotrace::uapi::as {

/// A structure that later kernels may extend. The structure is not decoded if `Passed`, the number of passed bytes, is less
/// than `Least`.
template <auto const& Of, amount Passed, std::uint16_t Least, growth Grows = growth::bytes>
inline constexpr type growing = {.shape = shape::custom, .width = width::klong, .of = &Of,
                                 .length = Passed, .count = Least, .custom = {.decode = decode::versioned, .grows = Grows}};
/// Like `growing`, but if `Passed` is more than 4096, the structure is not decoded.
template <auto const& Of, amount Passed, std::uint16_t Least>
inline constexpr type growing_in_page = {.shape = shape::custom, .width = width::klong, .of = &Of,
                                         .length = Passed, .count = Least,
                                         .custom = {.decode = decode::versioned, .one_page = true}};
/// A structure that later kernels may extend. The 32-bit field at `Offset` is the size. The first version has `Least` bytes.
template <auto const& Of, std::uint64_t Offset, std::uint16_t Least, growth Grows = growth::bytes, bool ZeroIsFirst = true>
inline constexpr type sized = {.shape = shape::custom, .width = width::klong, .of = &Of, .length = {.value = Offset}, .count = Least,
                               .custom = {.decode = decode::versioned, .grows = Grows, .zero_is_first = ZeroIsFirst}};

/// A structure of which the traced thread passed `Passed` bytes. The other bytes count as zeros. The structure is not decoded
/// if `Passed` is less than `Least`.
template <auto const& Of, amount Passed, std::uint32_t Least = 1>
inline constexpr type zero_padded = {.shape = shape::custom, .width = width::klong, .of = &Of, .length = Passed, .count = Least,
                                     .custom = {.decode = decode::zero_padded}};

/// A field of 8 bytes. The number `By` selects the type from `Cases`; if no case fits, the type is `Else`.
template <amount By, auto const& Cases, auto const& Else>
inline constexpr type chosen64 = {.shape = shape::choice, .width = width::u64, .of = &Else, .length = By, .cases = std::data(Cases),
                                  .count = static_cast<std::uint32_t>(std::size(Cases)), .size = {8, 8, 8}, .align = {8, 4, 8}};

/// A number of `Bytes` bytes that consists of bit fields: of type `Group` with several bits, of type `Reserved` with a name
/// that begins with "__reserved".
template <auto const& Names, std::uint16_t Bytes, auto const& Group = uint32, auto const& Reserved = hex64>
inline constexpr type bits = {.shape = shape::custom, .names = &Names, .of = &Group, .after = &Reserved, .size = {Bytes, Bytes, Bytes},
                              .align = {Bytes, Bytes == 8 ? 4 : Bytes, Bytes}, .custom = {.decode = decode::bit_fields}};

/// A second member of a union, as a field after the first member. The union has the size of the type `Union`.
template <auto const& Of, auto const& Union>
inline constexpr type within = {.shape = shape::custom, .of = &Of, .after = &Union, .size = {0, 0, 0}, .align = {1, 1, 1},
                                .custom = {.decode = decode::within}};

/// An array whose elements the text output shows only with -v.
template <auto const& Of, amount Count>
inline constexpr type folded = {.shape = shape::array, .folded = true, .of = &Of, .length = Count};

} // namespace cotrace::uapi::as
