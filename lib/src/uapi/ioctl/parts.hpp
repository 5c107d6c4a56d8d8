// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/custom.hpp"

#include "uapi/words.hpp"

#include <iterator>

/// Types for fields of drivers' structures, and for arguments of ioctl(2) that strace does not decode.
namespace cotrace::uapi {

/// Bytes that are not decoded: `Wide` bytes in 64-bit programs, `Narrow` bytes in i386 and x32 programs.
template <std::uint16_t Wide, std::uint16_t Narrow>
inline constexpr type unused = {.shape = shape::custom, .size = {Wide, Narrow, Narrow}, .align = {1, 1, 1}};

/// A structure of `Size` bytes that begins with a 64-bit number, which selects the type from `Cases`; if no case fits, the
/// type is `Else`.
template <auto const& Cases, auto const& Else, std::uint16_t Size>
inline constexpr type chosen_by_start = {.shape = shape::custom, .of = &Else, .cases = Cases,
                                         .count = static_cast<std::uint16_t>(std::size(Cases)), .size = {Size, Size, Size},
                                         .align = {8, 4, 8}, .custom = {.decode = decode::chosen_by_start}};

// The argument of a request that strace knows only by name. The JSON output shows the type `decoded`. The text output shows
// the address, or for `bytes_only` with -v the argument's bytes.
consteval type only_named(type decoded, named_request how)
{
    if (decoded.shape == shape::choice || decoded.shape == shape::custom)
        throw "the values of such a type have another type, which lacks the hint";
    decoded.text.only_named = how;
    return decoded;
}
template <auto const& Decoded>
inline constexpr type address_only = only_named(Decoded, named_request::address);
template <auto const& Decoded>
inline constexpr type bytes_only = only_named(Decoded, named_request::bytes);

// The argument of an unknown request, shown as bytes with -v, otherwise as a number. The request number contains its size and
// direction.
inline constexpr type unknown_in = as::custom<decode::request_bytes, direction::in>;
inline constexpr type unknown_out = {.shape = shape::custom, .width = width::klong, .way = direction::out, .failed = &as::long_hex,
                                     .custom = {.decode = decode::request_bytes}};
inline constexpr type unknown_both = {.shape = shape::custom, .width = width::klong, .way = direction::changed, .failed = &as::long_hex,
                                      .custom = {.decode = decode::request_bytes}};
inline constexpr choice_case unknown_ways[] = {{0x40000000, unknown_in}, {0x80000000, unknown_out}};
inline constexpr auto const& unknown_argument = as::chosen<argument(1, 0xc0000000), unknown_ways, unknown_both>;

} // namespace cotrace::uapi
