// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "abi/custom.hpp"

/// Words for what custom decoders make of structures.
namespace cotrace::abi::as {

/// A structure of at least `Least` bytes, of which the subject passed `Passed`.
template <auto const& Of, amount Passed, std::uint16_t Least, growth Grows = growth::bytes>
inline constexpr type growing = {.shape = shape::custom, .width = width::klong, .grows = Grows, .of = &Of,
                                 .length = Passed, .count = Least, .decode = decode::versioned};
/// A structure as `growing` describes it. One that is larger than a page is not looked at.
template <auto const& Of, amount Passed, std::uint16_t Least>
inline constexpr type growing_in_page = {.shape = shape::custom, .width = width::klong, .one_page = true, .of = &Of,
                                         .length = Passed, .count = Least, .decode = decode::versioned};
/// The same, where a 32-bit field of its own at offset `Offset` says how long it is.
template <auto const& Of, std::uint64_t Offset, std::uint16_t Least, growth Grows = growth::bytes, bool ZeroIsFirst = true>
inline constexpr type sized = {.shape = shape::custom, .width = width::klong, .grows = Grows,
                               .zero_is_first = ZeroIsFirst, .of = &Of, .length = {.value = Offset}, .count = Least,
                               .decode = decode::versioned};

/// A structure of which the call had room for `Passed` bytes, at least `Least`; text takes the rest for zeros.
template <auto const& Of, amount Passed, std::uint32_t Least = 1>
inline constexpr type zero_padded = {.shape = shape::custom, .width = width::klong, .of = &Of, .length = Passed, .count = Least,
                                     .decode = decode::zero_padded};

/// One of `Cases` in 8 bytes of a structure, by the number at `By`; `Else` when none fits.
template <amount By, auto const& Cases, auto const& Else>
inline constexpr type chosen64 = {.shape = shape::choice, .width = width::u64, .of = &Else, .length = By, .cases = std::data(Cases),
                                  .count = static_cast<std::uint32_t>(std::size(Cases)), .size = {8, 8, 8}, .align = {8, 4, 8}};

/// Bits of a number of `Bytes` bytes; a group of several bits is `Group`, and one whose name begins with "__reserved"
/// is `Reserved`, if it is not 0.
template <auto const& Names, std::uint16_t Bytes, auto const& Group = uint32, auto const& Reserved = hex64>
inline constexpr type bits = {.shape = shape::custom, .names = &Names, .of = &Group, .after = &Reserved, .size = {Bytes, Bytes, Bytes},
                              .align = {Bytes, Bytes == 8 ? 4 : Bytes, Bytes}, .decode = decode::bit_fields};

/// One alternative of the field before it, a union of the size of `Union`.
template <auto const& Of, auto const& Union>
inline constexpr type within = {.shape = shape::custom, .of = &Of, .after = &Union, .size = {0, 0, 0}, .align = {1, 1, 1}, .decode = decode::within};

/// An array of which text shows only with -v what is in it.
template <auto const& Of, amount Count>
inline constexpr type folded = {.shape = shape::array, .folded = true, .of = &Of, .length = Count};

} // namespace cotrace::abi::as
