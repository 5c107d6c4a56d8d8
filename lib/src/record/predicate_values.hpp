// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a predicate compares of a decoded value: its number, its text, its constants.

#include "record/predicate_tree.hpp"

#include <cotrace/value.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cotrace::predicates {

inline bool is_descriptor(uapi::type const& as) noexcept
{
    return uapi::traits_of(as.shape).refers == uapi::reference::descriptor;
}
inline bool is_number(uapi::type const& as) noexcept { return uapi::traits_of(as.shape).holds == uapi::holding::number; }

/// A text that is made from a number or from bytes, for example that of an IP address.
using text_buffer = std::array<char, 128>;

/// The text of a value: that of a string, buffer or address, or the name of a constant. Empty optional: the value has no
/// text, for example because it could not be read.
std::optional<std::string_view> text_of(value const& whole, text_buffer& into);

/// The value whose number a program means by the argument `whole`: the target of a pointer to a number, or else the
/// argument itself. Empty if it has no number.
std::optional<value> counted(value const& whole) noexcept;

/// The number of a value in the byte order of the machine, without a sign.
std::uint64_t plain_number(value const& of) noexcept;

/// The number of a value. It has a sign if the type of the value has one.
integer number_of(value const& of) noexcept;

/// The number of the constant `name` in a value of the type `as`; empty if the type has no such constant.
std::optional<std::uint64_t> constant_number(uapi::type const& as, std::string_view name) noexcept;

}   // namespace cotrace::predicates
