// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "abi/custom.hpp"

#include <cotrace/abi/type.hpp>

#include <iterator>

/// Words for structures of drivers.
namespace cotrace::abi {

/// What is left of a structure's last union: so many bytes, and so many where pointers are short.
template <std::uint16_t Wide, std::uint16_t Narrow>
inline constexpr type unused = {.shape = shape::custom, .size = {Wide, Narrow, Narrow}, .align = {1, 1, 1}};

/// A structure of `Size` bytes: one of `Cases` by the 64-bit number that it begins with.
template <auto const& Cases, auto const& Else, std::uint16_t Size>
inline constexpr type chosen_by_start = {.shape = shape::custom, .of = &Else, .cases = Cases,
                                         .count = static_cast<std::uint16_t>(std::size(Cases)), .size = {Size, Size, Size},
                                         .align = {8, 4, 8}, .decode = decode::chosen_by_start};

} // namespace cotrace::abi
